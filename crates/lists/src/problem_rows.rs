//! stub
use crate::Reading;
/// Stub.
pub fn problem_rows_workbook(_reading: &Reading) -> Vec<u8> {
    Vec::new()
}
