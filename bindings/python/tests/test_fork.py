"""Other processes: a forked child gets a clear error and does no harm, a spawned one works."""

import multiprocessing
import os
import threading

import support
import userprofile
from userprofile import _ffi


def expect_unavailable(client, uid):
    try:
        client.get(uid=uid)
    except userprofile.UnavailableError as error:
        assert error.status == 503
        assert error.reason
    else:
        raise AssertionError("a call in a forked child was answered")


def expect_unavailable_and_close(client, uid):
    expect_unavailable(client, uid)
    client.close()


def write_as_child(path, uid):
    with support.open_store(path) as client:
        client.update_data(uid=uid, data={"child": {"wrote": True}})


class ForkTest(support.StoreTestCase):
    def setUp(self):
        super().setUp()
        self.client = self.open()
        self.put_user(self.client, "ana")
        self.uid = self.activate(self.client, "ana")["uid"]

    def tearDown(self):
        """Whatever the child did, the parent's store works."""
        self.client.update_data(uid=self.uid, data={"parent": {"still": "writes"}})
        data = self.client.get(uid=self.uid, data="parent")["profiles"][0]["data"]
        self.assertEqual(data, {"parent": {"still": "writes"}})

    def test_calls_in_a_forked_child(self):
        def child():
            expect_unavailable(self.client, self.uid)
            for use in (
                lambda: self.client.login(username="ana", password="secret-1"),
                lambda: self.client.set_clock(None),
                lambda: self.client.set_logger(None),
            ):
                try:
                    use()
                except userprofile.UnavailableError:
                    continue
                raise AssertionError("a call in a forked child was answered")

        self.assertEqual(support.in_forked_child(child), 0)

    def test_close_in_a_forked_child(self):
        def child():
            self.client.close()
            self.client.close()
            try:
                self.client.get(uid=self.uid)
            except userprofile.ClosedError:
                return
            raise AssertionError("a closed client was used")

        self.assertEqual(support.in_forked_child(child), 0)

    def test_a_forked_child_opens_its_own(self):
        self.assertEqual(support.in_forked_child(lambda: write_as_child(self.path, self.uid)), 0)
        data = self.client.get(uid=self.uid, data="child")["profiles"][0]["data"]
        self.assertEqual(data, {"child": {"wrote": True}})

    def test_a_forked_child_that_exits_leaves_a_temporary_store_to_its_parent(self):
        os.mkdir(self.path + "-temporary")
        program = (
            "import os, sys, userprofile\n"
            "client = userprofile.open(':temporary:')\n"
            "child = os.fork()\n"
            "if child == 0:\n"
            "    sys.exit()  # closes what was left open\n"
            "assert os.waitpid(child, 0)[1] == 0\n"
            "assert client.get_user() == {}\n"
            "print(len(os.listdir(os.environ['TMPDIR'])))\n"
        )
        self.assertEqual(support.run_python(program, TMPDIR=self.path + "-temporary"), "1\n")

    def test_fork_while_another_thread_is_counting(self):
        locked, release = threading.Event(), threading.Event()

        def hold():
            with _ffi._lock:
                locked.set()
                release.wait(60)

        thread = threading.Thread(target=hold)
        thread.start()
        locked.wait(60)
        try:
            code = support.in_forked_child(lambda: expect_unavailable(self.client, self.uid))
        finally:
            release.set()
            thread.join()
        self.assertEqual(code, 0)

    def test_fork_amid_calls_of_other_threads(self):
        stop = threading.Event()

        def work():
            while not stop.is_set():
                self.client.update_data(uid=self.uid, data={"app1": {"n": 1}})
                self.client.get(uid=self.uid)

        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        try:
            codes = [
                support.in_forked_child(lambda: expect_unavailable_and_close(self.client, self.uid))
                for _ in range(10)
            ]
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        self.assertEqual(codes, [0] * 10)

    def test_multiprocessing_fork(self):
        context = multiprocessing.get_context("fork")
        process = context.Process(target=expect_unavailable_and_close, args=(self.client, self.uid))
        process.start()
        process.join(60)
        self.assertEqual(process.exitcode, 0)

    def test_multiprocessing_spawn(self):
        process = multiprocessing.get_context("spawn").Process(
            target=write_as_child, args=(self.path, self.uid)
        )
        process.start()
        process.join(60)
        self.assertEqual(process.exitcode, 0)
        data = self.client.get(uid=self.uid, data="child")["profiles"][0]["data"]
        self.assertEqual(data, {"child": {"wrote": True}})
