"""Threads: calls run side by side, and close never pulls the store from under one."""

import threading
from concurrent.futures import ThreadPoolExecutor

import support
import userprofile

PATIENCE = 60  # seconds after which a thread that hangs fails the test


class Gate:
    """A clock that holds the call that asks for the time, inside the library, until opened."""

    def __init__(self):
        self.reached = threading.Event()
        self.opened = threading.Event()

    def __call__(self):
        self.reached.set()
        if not self.opened.wait(PATIENCE):
            raise TimeoutError("nobody opened the gate")
        return support.START_MS


class ThreadsTest(support.StoreTestCase):
    def setUp(self):
        super().setUp()
        self.client = self.open()
        self.put_user(self.client, "ana")
        self.uid = self.activate(self.client, "ana")["uid"]
        self.put_user(self.client, "ben")
        self.pool = ThreadPoolExecutor(8)
        self.addCleanup(self.pool.shutdown)

    def held_activation(self):
        """An activation that is in flight until the gate is opened."""
        gate = Gate()
        self.addCleanup(gate.opened.set)
        self.client.set_clock(gate)
        activation = self.pool.submit(self.activate, self.client, "ben")
        self.assertTrue(gate.reached.wait(PATIENCE), "the activation never asked for the time")
        return gate, activation

    def test_reads_go_on_while_a_call_is_in_flight(self):
        gate, activation = self.held_activation()
        reads = [self.pool.submit(self.client.get, uid=self.uid) for _ in range(100)]
        for read in reads:
            self.assertEqual(read.result(PATIENCE)["profiles"][0]["uid"], self.uid)
        self.assertFalse(activation.done())
        gate.opened.set()
        self.assertEqual(activation.result(PATIENCE)["user"]["username"], "ben")

    def test_close_while_a_call_is_in_flight(self):
        gate, activation = self.held_activation()
        self.client.close()
        with self.assertRaises(userprofile.ClosedError):
            self.client.get(uid=self.uid)
        self.assertFalse(activation.done())
        gate.opened.set()
        self.assertEqual(activation.result(PATIENCE)["user"]["username"], "ben")
        self.assertEqual(self.client._handle._users, 0)

    def test_close_amid_many_calls(self):
        for _ in range(20):
            client = support.open_store(self.path)
            start = threading.Barrier(9)

            def read(client=client, start=start):
                start.wait(PATIENCE)
                try:
                    while True:
                        client.get(uid=self.uid)
                except userprofile.ClosedError:
                    return True

            readers = [self.pool.submit(read) for _ in range(8)]
            start.wait(PATIENCE)
            client.close()
            self.assertTrue(all(reader.result(PATIENCE) for reader in readers))
            self.assertEqual(client._handle._users, 0)

    def test_every_write_of_many_threads_is_there(self):
        def write(number):
            for turn in range(10):
                self.client.update_data(uid=self.uid, data={f"app{number}": {f"k{turn}": turn}})

        for done in [self.pool.submit(write, number) for number in range(8)]:
            done.result(PATIENCE)
        data = self.client.get(uid=self.uid, data="*")["profiles"][0]["data"]
        expected = {f"k{turn}": turn for turn in range(10)}
        self.assertEqual(data, {f"app{number}": expected for number in range(8)})

    def test_many_activations_of_one_user_agree(self):
        self.put_user(self.client, "new")
        calls = [self.pool.submit(self.activate, self.client, "new") for _ in range(64)]
        self.assertEqual(len({call.result(PATIENCE)["uid"] for call in calls}), 1)

    def test_clocks_are_replaced_while_they_are_asked(self):
        stop = threading.Event()

        def replace():
            while not stop.is_set():
                self.client.set_clock(lambda: support.START_MS)
                self.client.set_clock(None)

        replacing = self.pool.submit(replace)
        for _ in range(200):
            self.activate(self.client, "ben")
        stop.set()
        replacing.result(PATIENCE)
