//! Roll-ups and exports.
