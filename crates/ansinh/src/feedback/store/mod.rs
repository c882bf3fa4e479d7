//! SQL of submissions and of what is published of them.

pub(super) mod cases;
pub(super) mod published;
pub(super) mod terms;
