//! Keyset paging: a page begins after the last row of the one before, so that page 800 costs what
//! page 1 costs and rows that arrive meanwhile shift nothing.

/// Rows on a page.
pub const PAGE_SIZE: u64 = 50;
/// Rows on a page when asked for more.
const PAGE_SIZE_LARGE: u64 = 200;

/// 50, or 200 when the address says so (`so-dong=200`).
pub fn page_size(asked: Option<&str>) -> u64 {
    if asked == Some("200") { PAGE_SIZE_LARGE } else { PAGE_SIZE }
}

/// Links under a list.
#[derive(Debug, Clone, Default)]
pub struct Pager {
    /// Address of the following rows; `None` on the last page.
    pub next: Option<String>,
    /// Address of the first page; `None` when this is it.
    pub first: Option<String>,
}
