//! stub
use crate::limits::Tally;
use crate::*;
pub(crate) fn read_ole(_: &[u8], _: &mut Tally) -> Result<Workbook, ReadError> {
    Err(ReadError::Encrypted)
}
pub(crate) fn read_stream(_: &[u8], _: &mut Tally) -> Result<Workbook, ReadError> {
    Err(ReadError::Empty)
}
