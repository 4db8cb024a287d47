//! The index of a store that an older version wrote: made at the first open that may write.

use std::sync::Arc;

use super::index;
use crate::error::Result;
use crate::store::Store;

/// Gives the index every profile, unless it has them. Another process may do the same at the same
/// time, and profiles may change meanwhile: what is there already is left as it is.
pub(crate) fn build_index(store: &Arc<Store>) -> Result<()> {
    if store.read(|txn| txn.is_indexed())? {
        return Ok(());
    }
    let mut from = Some(1);
    while let Some(first) = from {
        let shared = store.clone();
        from = store.write(move |txn| index::add_from(&shared, txn, first))?;
    }
    Ok(())
}
