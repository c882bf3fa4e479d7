//! Duties: what a unit owes, for which period, by when, and what became of it; the book of a day
//! that closes; Việc hôm nay and Đôn đốc.
//!
//! What is owed follows from kinds × units × calendar; only acts, excuses and reminders are
//! written. So every state is right by the clock alone, also after a restart.

mod book;
mod chase;
mod engine;
mod kinds;
mod late;
mod pages;
mod report;
mod rules;
mod store;
mod types;

use axum::Router;

pub use book::{Book, Books, Refusal, book_of_day, reason_missing};
pub use chase::{keep_contact, standing};
pub use engine::{Day, silence};
pub use kinds::{Kinds, PAYMENT_DAY};
pub use late::Overdue;
pub use report::{Report, Sent, figures_of, fulfil, send_report};
pub use types::{Became, Contact, Fulfilment, Kind, Period, Reopening, Slot, Unit};

use crate::web::App;

/// Routes of this room.
pub fn routes() -> Router<App> {
    pages::routes()
}
