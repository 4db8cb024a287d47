//! `enable` and `disable`: whether a profile is suggested and checked.
//! Elasticsearch: PUT, POST /_security/profile/{uid}/_enable, _disable.

use super::{ACKNOWLEDGED, Body, Entry, MANAGE_PROFILE, Operation, Request, Route, update_data};
use crate::error::{Error, Result};
use crate::profile::record::Header;
use crate::suggest;

pub(crate) const ENABLE: Operation = Operation {
    name: "enable",
    routes: &[Route { methods: &["PUT", "POST"], path: "/_security/profile/{uid}/_enable" }],
    parameters: &["uid", "refresh"],
    body: Body::None,
    parser: "enable_profile_request",
    action: ACTION,
    writes: true,
    granted_by: MANAGE_PROFILE,
    run: |entry, request| run(entry, request, true),
};

pub(crate) const DISABLE: Operation = Operation {
    name: "disable",
    routes: &[Route { methods: &["PUT", "POST"], path: "/_security/profile/{uid}/_disable" }],
    parameters: &["uid", "refresh"],
    body: Body::None,
    parser: "disable_profile_request",
    action: ACTION,
    writes: true,
    granted_by: MANAGE_PROFILE,
    run: |entry, request| run(entry, request, false),
};

const ACTION: &str = "cluster:admin/xpack/security/profile/set_enabled";

fn run(entry: Entry<'_>, mut request: Request<'_>, enabled: bool) -> Result<String> {
    let uid = request.string("uid")?;
    request.refresh()?;
    request.finish()?;
    let uid = update_data::required(uid)?;
    let call = entry.authorize()?;
    update_data::check_identity(&uid, (None, None))?;
    let (store, directory) = (call.store.clone(), call.directory.clone());
    call.store.write(move |txn| {
        let Some((number, stored)) = directory.find(&store, txn, &uid)? else {
            return Err(Error::document_missing(&uid, store.uuid().to_owned()));
        };
        if stored.enabled == enabled {
            return Ok(());
        }
        let copy = stored.write();
        let stored = Header::read(&copy)?;
        let header = Header { enabled, seq_no: txn.next_seq_no()?, ..stored };
        suggest::replace(&store, txn, number, &stored, &header)
    })?;
    Ok(ACKNOWLEDGED.to_owned())
}
