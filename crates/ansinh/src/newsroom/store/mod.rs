//! SQL of the newsroom: the board, articles at work, files, and what the public reads.

pub(super) mod board;
pub(super) mod files;
pub(super) mod public;
pub(super) mod work;
