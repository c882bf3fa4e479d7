//! The demo: Hà Tĩnh 2020 with its 13 districts and 216 communes, made-up people read from
//! generated workbooks through the same intake as everybody's, and lists in every state.

mod people;
mod workbook;

pub use people::{Dice, Person};
pub use workbook::{Size, commune_workbook};
