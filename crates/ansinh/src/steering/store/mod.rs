//! SQL of steering.

pub(super) mod duties;
pub(super) mod files;
pub(super) mod papers;
pub(super) mod places;
pub(super) mod steps;
