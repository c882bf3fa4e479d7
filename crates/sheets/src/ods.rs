//! stub
use crate::limits::Tally;
use crate::package::Package;
use crate::*;
pub(crate) fn read(_: &mut Package, _: &mut Tally) -> Result<Workbook, ReadError> {
    Err(ReadError::Empty)
}
