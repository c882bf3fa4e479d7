//! One pair with its rows, and what this officer may do about it.

use uuid::Uuid;

use super::super::list::open;
use super::commune;
use crate::identity::Role;
use crate::relief::judge::Case;
use crate::relief::rules::Refusal;
use crate::relief::steps;
use crate::relief::store::duplicates::{self as store, Side, WarningRow};
use crate::relief::way;
use crate::web::{Desk, Error};

/// The pair of a warning, first and second.
pub(super) struct Pair {
    pub warning: WarningRow,
    pub first: Side,
    pub second: Side,
}

impl Pair {
    /// The pair as the rules of deciding want it.
    pub(super) fn case<'a>(&'a self, desk: &'a Desk) -> Case<'a> {
        Case {
            app: &desk.app,
            actor: &desk.actor,
            warning: &self.warning,
            first: &self.first,
            second: &self.second,
        }
    }

    /// Whether both rows lie within what this officer decides about.
    pub(super) fn is_at_desk(&self, desk: &Desk) -> bool {
        desk.actor.role != Role::Supervisor
            && [&self.first, &self.second].into_iter().all(|side| is_mine(desk, side))
    }

    /// Whether the numbers themselves say that it is one person.
    pub(super) fn by_number(&self) -> bool {
        self.warning.evidence != "matched"
    }
}

/// A row inside the officer's scope.
pub(super) fn is_mine(desk: &Desk, side: &Side) -> bool {
    desk.actor.scope.contains(&side.province_code, &side.district_code, &side.commune_code)
}

/// The pair of a warning that touches the officer's scope.
pub(super) async fn load(desk: &Desk, id: Uuid) -> Result<Pair, Error> {
    let conn = desk.app.db.read();
    let scope = &desk.actor.scope;
    let warning = store::one(conn, scope, id).await?.ok_or(Error::NotFound)?;
    let ids = [warning.first_entry_id, warning.second_entry_id];
    let mut sides = store::sides(conn, scope.province(), &ids).await?;
    let mut take = |id: Uuid| {
        let at = sides.iter().position(|side| side.id == id)?;
        Some(sides.swap_remove(at))
    };
    match (take(ids[0]), take(ids[1])) {
        (Some(first), Some(second)) => Ok(Pair { warning, first, second }),
        _ => Err(Error::internal("relief.desk", "a warning without its rows")),
    }
}

/// Whether this officer may take a side out: whoever has its list in hand, as with every other
/// change of a row; or the desk above both rows, while no higher unit has that list.
pub(super) async fn may_leave(
    desk: &Desk,
    pair: &Pair,
    side: &Side,
) -> Result<Result<(), Refusal>, Error> {
    if desk.actor.role == Role::Supervisor || !is_mine(desk, side) {
        return Ok(Err(Refusal {
            text: "Dòng phải rút không thuộc quyền của tài khoản này".to_owned(),
            legal: format!(
                "{}, hoặc cấp trên đang giữ danh sách đó, mới rút được dòng này.",
                commune(desk, side)
            ),
        }));
    }
    let opened = open(desk, side.list_id).await?;
    let who = steps::who(&desk.actor);
    if pair.is_at_desk(desk) && way::above_holder(&opened.standing, who) {
        return Ok(Ok(()));
    }
    let may = way::may_change_rows(&opened.standing, who);
    Ok(may.map_err(|why| Refusal {
        text: format!(
            "Danh sách có dòng phải rút đang ở bước “{}” nên tài khoản này không rút được dòng đó",
            opened.standing.state.label()
        ),
        legal: why.legal,
    }))
}

/// Why nobody may decide "different" or ask for papers here, if so.
pub(super) fn must_be_at_desk(desk: &Desk, pair: &Pair) -> Result<(), Error> {
    if pair.is_at_desk(desk) {
        return Ok(());
    }
    Err(Error::refused(
        "Cặp này có một dòng ngoài quyền của tài khoản này",
        format!("{} kết luận cặp này.", super::deciding_unit(desk, &pair.warning, &pair.first)),
    ))
}
