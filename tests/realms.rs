//! There is one native realm, whatever it is called.

mod common;

use common::Store;

#[test]
fn a_second_native_realm_is_refused() {
    for names in [["native1", "native2"], ["default_native", "other"]] {
        let [first, second] = names;
        let config = format!(
            r#"{{"path":":temporary:","realms":{{"native":{{"{first}":{{}},"{second}":{{}}}}}}}}"#
        );
        let (status, answer) = Store::open(&config).err().expect("two native realms are refused");
        assert_eq!(status, 400);
        assert!(answer.contains("multiple [native] realms are configured"), "{answer}");
    }
}
