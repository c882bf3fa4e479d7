//! Recovery (thu hồi): money that was paid wrongly is demanded back by decision, comes back in parts,
//! or is waived on a legal basis. Demands and entries are immutable; a mistake is reversed.

mod acts;
mod pages;
mod rules;
mod store;

pub use acts::{Asked, Order, Written, demand, record};
pub use pages::routes;
pub use rules::Deed;
pub(in crate::relief) use store::recovery_faults;
