//! Checks of many people, `get` on restricted handles, and changes of roles.

use crate::checks::Crowd;
use crate::figure::Figure;
use crate::stores::Stores;
use crate::{restricted, role_puts, roles};

pub fn measure(stores: &Stores) -> Vec<Figure> {
    let store = stores.ours();
    let crowd = Crowd::new(stores);
    roles::put_all(&store, &crowd.roles);
    let mut figures = crowd.measure(&store);
    figures.extend(restricted::measure(stores, &store));
    figures.push(role_puts::measure(stores, &store));
    figures
}
