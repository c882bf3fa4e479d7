//! Groups that are paid only beside another of the same programme (Nghị quyết 68 mục II.7: the
//! supplement for those who receive policy 4, 5 or 6). Which, is the programme's data.

use std::collections::HashSet;

use uuid::Uuid;
use vietnam::date::vi_date;

use super::programmes::{PolicyGroup, Programme};
use super::store::entitlements::{self, Rests};
use super::types::ListSummary;
use crate::database::Conn;
use crate::web::{App, Error};

/// Programme, group and person of the rows that a decision covers so far.
pub(super) type Covered = HashSet<(String, String, Uuid)>;

/// Who of a list has what its group must stand beside.
pub(super) struct Beside {
    held: HashSet<Uuid>,
    names: String,
}

/// True when the list's group stands only beside another.
pub(super) fn stands_beside(app: &App, list: &ListSummary) -> bool {
    let programme = app.catalogue.programme(&list.programme_code);
    let group = programme.and_then(|p| p.group(&list.group_code));
    group.is_some_and(|group| !group.requires_one_of.is_empty())
}

impl Beside {
    /// Looks among what is approved and what the same decision covers; `None` when the group stands
    /// alone.
    ///
    /// # Errors
    /// The engine's.
    pub(super) async fn of<C: Conn>(
        conn: &C,
        app: &App,
        list: &ListSummary,
        covered: &Covered,
    ) -> Result<Option<Self>, Error> {
        let Some(programme) = app.catalogue.programme(&list.programme_code) else {
            return Ok(None);
        };
        let wanted = programme.group(&list.group_code).map(|g| g.requires_one_of.as_slice());
        let Some(wanted) = wanted.filter(|wanted| !wanted.is_empty()) else { return Ok(None) };
        let groups = bases(programme, wanted);
        let held = entitlements::holders(conn, list.id, &programme.code, &pairs(&groups)).await?;
        let mut held: HashSet<Uuid> = held.into_iter().collect();
        let here = covered.iter().filter(|(p, g, _)| *p == programme.code && wanted.contains(g));
        held.extend(here.map(|(_, _, person)| *person));
        let names: Vec<&str> = groups.iter().map(|group| group.short_name()).collect();
        Ok(Some(Self { held, names: names.join("; ") }))
    }

    /// Why this person's row cannot be covered, if it cannot.
    pub(super) fn missing(&self, person: Uuid) -> Option<String> {
        let names = &self.names;
        (!self.held.contains(&person)).then(|| {
            format!(
                "Khoản này chỉ chi thêm cho người được duyệt một trong: {names}. Người này chưa được \
                 duyệt, cũng không có trong quyết định này"
            )
        })
    }
}

fn bases<'a>(programme: &'a Programme, wanted: &[String]) -> Vec<&'a PolicyGroup> {
    wanted.iter().filter_map(|code| programme.group(code)).collect()
}

/// (exclusion group, group): the index of approved entitlements begins with the first.
fn pairs(groups: &[&PolicyGroup]) -> Vec<(String, String)> {
    groups.iter().map(|group| (group.exclusion_group.clone(), group.code.clone())).collect()
}

/// A decision whose entitlements have just been cancelled must leave nobody with a supplement that
/// stood beside them.
///
/// # Errors
/// [`Error::Refused`] that names the decision of the first such supplement; the engine's.
pub(super) async fn nothing_rests_on<C: Conn>(
    conn: &C,
    app: &App,
    decision: Uuid,
) -> Result<(), Error> {
    for programme in app.catalogue.programmes() {
        for group in programme.groups.iter().filter(|group| !group.requires_one_of.is_empty()) {
            let groups = pairs(&bases(programme, &group.requires_one_of));
            let dependent = (group.exclusion_group.as_str(), group.code.as_str());
            let rests = entitlements::resting(conn, decision, &programme.code, dependent, &groups);
            let Some(Rests { people, number, decided_on }) = rests.await? else { continue };
            return Err(Error::refused(
                format!(
                    "Không hủy được quyết định: {people} người còn khoản “{}” chỉ chi cùng khoản của \
                     quyết định này, ở Quyết định {number} ngày {}",
                    group.short_name(),
                    vi_date(decided_on)
                ),
                "Hủy quyết định về khoản bổ sung đó trước; hoặc ra quyết định điều chỉnh.",
            ));
        }
    }
    Ok(())
}
