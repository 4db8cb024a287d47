use super::*;

#[test]
fn what_is_written_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let store = open(&directory.path().join("store"));
    put(&store, "ana", "1");
    assert_eq!(get(&store, "ana").as_deref(), Some("1"));
    assert_eq!(get(&store, "bob"), None);
    assert!(store.write(|txn| txn.delete(Table::Users, b"ana")).unwrap());
    assert!(!store.write(|txn| txn.delete(Table::Users, b"ana")).unwrap());
    assert_eq!(get(&store, "ana"), None);
}
