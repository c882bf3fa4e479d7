//! stub
use crate::limits::Tally;
use crate::text::Decoded;
use crate::*;
pub(crate) fn declared_charset(_: &[u8]) -> Option<&str> {
    None
}
pub(crate) fn read(_: &Decoded<'_>, _: &mut Tally) -> Result<Workbook, ReadError> {
    Err(ReadError::Empty)
}
