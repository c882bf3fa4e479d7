//! SQL of the report builder: the rows of each stage, added up by no more than a table asks for.
//! Most of it is read from the sums that the engine keeps (`entitlement_sums`, `ledger_days`) and
//! from `list_entries_sums`; budgets, channels and days of the last entry read the rows themselves.

use chrono::{DateTime, Utc};
use sea_orm::{DbErr, FromQueryResult};
use uuid::Uuid;

use super::{approved, decided, entries, wanted};
use crate::database::{Conn, Sql};
use crate::identity::Scope;
use crate::relief::payments::{Status, Where, status_condition};
use crate::relief::reports::types::Filter;

/// What a table asks of its rows beside place and group, which every index has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::relief::reports) struct Need {
    pub district: bool,
    pub commune: bool,
    pub group: bool,
    /// The programme cannot be told from the group.
    pub programme: bool,
    pub decision: bool,
    pub day: bool,
    pub status: bool,
    pub reason: bool,
    pub channel: bool,
    /// Đồng of each row.
    pub each: bool,
    pub people: bool,
}

/// Rows that agree in everything asked for; what was not asked for is empty.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief::reports) struct Grain {
    pub district_code: String,
    pub commune_code: String,
    pub group_code: String,
    pub programme_code: String,
    /// `district|day|number`; empty before a decision.
    pub decision: String,
    /// `2020-06-19` or empty.
    pub day: String,
    pub state: String,
    pub hold: String,
    pub reason_code: String,
    pub channel: String,
    pub each_dong: i64,
    pub items: i64,
    pub people: i64,
    pub dong: i64,
}

/// Rows of a list.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief::reports) struct ListGrain {
    pub district_code: String,
    pub commune_code: String,
    pub group_code: String,
    pub programme_code: String,
    pub decision: String,
    pub state: String,
    pub prepared_at: DateTime<Utc>,
    pub appraised_at: Option<DateTime<Utc>>,
    pub each_dong: i64,
    pub items: i64,
    pub people: i64,
    pub dong: i64,
}

/// A decision's key as [`Grain`] has it, from `d`.
const DECISION: &str =
    "COALESCE(d.district_code || '|' || CAST(d.decided_on AS TEXT) || '|' || d.number, '')";

/// A statement: how each thing that may be asked for is told.
struct Ask {
    programme: &'static str,
    decision: &'static str,
    day: &'static str,
    state: &'static str,
    hold: &'static str,
    reason: &'static str,
    channel: &'static str,
    each: &'static str,
    /// Items, people, đồng.
    sums: [&'static str; 3],
    from: String,
}

/// Groups in the inner statement by what is asked for, so that decisions are looked up for groups
/// and not for rows.
async fn grains<C: Conn>(
    conn: &C,
    need: Need,
    ask: Ask,
    wanted: Where,
) -> Result<Vec<Grain>, DbErr> {
    let mut columns = Vec::new();
    let mut keys = Vec::new();
    let mut column = |asked: bool, expression: &str, name: &str, none: &str| {
        if asked && expression != none {
            keys.push(format!("{}", columns.len() + 1));
            columns.push(format!("{expression} AS {name}"));
        } else {
            columns.push(format!("{none} AS {name}"));
        }
    };
    column(need.district, "e.district_code", "district_code", "''");
    column(need.commune, "e.commune_code", "commune_code", "''");
    column(need.group, "e.group_code", "group_code", "''");
    column(need.programme, ask.programme, "programme_code", "''");
    column(need.day, ask.day, "day", "''");
    column(true, ask.state, "state", "''");
    column(true, ask.hold, "hold", "''");
    column(need.reason, ask.reason, "reason_code", "''");
    column(need.channel, ask.channel, "channel", "''");
    column(need.each, ask.each, "each_dong", "CAST(0 AS BIGINT)");
    if need.decision {
        column(true, ask.decision, "decision_id", "''");
    }
    for (sum, name) in ask.sums.iter().zip(["items", "people", "dong"]) {
        columns.push(format!("CAST(COALESCE(SUM({sum}), 0) AS BIGINT) AS {name}"));
    }
    let inner = format!(
        "SELECT {} FROM {} WHERE {}{}",
        columns.join(", "),
        ask.from,
        wanted.sql(),
        if keys.is_empty() { String::new() } else { format!(" GROUP BY {}", keys.join(", ")) },
    );
    let (decision, join) = if need.decision {
        (DECISION, " LEFT JOIN decisions d ON d.id = g.decision_id")
    } else {
        ("''", "")
    };
    let sql = format!(
        "SELECT g.district_code, g.commune_code, g.group_code, g.programme_code, {decision} AS decision,
           g.day, g.state, g.hold, g.reason_code, g.channel, g.each_dong, g.items, g.people, g.dong
         FROM ({inner}) g{join}"
    );
    conn.rows(&sql, wanted.values()).await
}

/// The channel of an entry: its own, or that of the payment which it takes back or restores. Entries
/// are a stack: a reversal takes away the newest.
const CHANNEL_OF_ENTRY: &str = "CASE WHEN e.kind = 'paid' THEN e.channel ELSE COALESCE((
  SELECT p.channel FROM payment_entries p
   WHERE p.entitlement_id = e.entitlement_id AND p.kind = 'paid'
     AND p.seq < COALESCE((SELECT b.seq FROM payment_entries b
           WHERE b.entitlement_id = e.entitlement_id AND b.id = e.reverses_id
             AND b.kind = 'returned'), e.seq)
     AND NOT EXISTS (SELECT 1 FROM payment_entries r
           WHERE r.reverses_id = p.id AND r.seq < e.seq)
   ORDER BY p.seq DESC LIMIT 1), '') END";

/// Đồng of an approved entitlement: what was paid, or what is to be paid.
const OWED: &str = "CASE WHEN e.pay_state = 'paid' THEN e.paid_dong ELSE e.amount_dong END";

/// Which approved entitlements are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::relief::reports) enum Standing {
    All,
    /// Those whose money is out are known from the ledger.
    NotPaidOut,
    Only(Status),
}

impl Standing {
    fn condition(self) -> &'static str {
        match self {
            Self::All => "TRUE",
            Self::NotPaidOut => "e.pay_state <> 'paid'",
            Self::Only(status) => status_condition(status),
        }
    }
}

/// Approved entitlements. What tells single rows apart (each one's đồng, programme, last day) is
/// read from the rows, the rest from their sums.
pub(in crate::relief::reports) async fn claims<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
    need: Need,
    standing: Standing,
) -> Result<Vec<Grain>, DbErr> {
    let (from, sums, mut wanted) = if need.programme || need.day || need.each {
        let lists =
            if need.programme { " JOIN beneficiary_lists l ON l.id = e.list_id" } else { "" };
        let mut rows = decided(wanted(scope, filter), filter);
        rows.and_plain("e.state = 'approved' AND e.pay_state <> 'member'");
        (format!("entitlements e{lists}"), ["1", "e.people", OWED], rows)
    } else {
        let sums = "entitlement_sums e".to_owned();
        (sums, ["e.items", "e.people", OWED], approved(scope, filter))
    };
    wanted.and_plain(standing.condition());
    if need.day && standing == Standing::Only(Status::NotPaid) {
        // They stand so since their last entry: the index has them by that day.
        wanted.and_plain("e.last_day IS NOT NULL");
        if let Some(from) = filter.from {
            wanted.and("e.last_day >= {}", from);
        }
        if let Some(to) = filter.to {
            wanted.and("e.last_day <= {}", to);
        }
    }
    let ask = Ask {
        programme: "l.programme_code",
        decision: "e.decision_id",
        day: "CASE WHEN e.pay_state = 'not_paid' THEN COALESCE(CAST(e.last_day AS TEXT), '') ELSE '' END",
        state: "e.pay_state",
        hold: "e.hold",
        reason: "e.reason_code",
        channel: "''",
        each: OWED,
        sums,
        from,
    };
    grains(conn, need, ask, wanted).await
}

/// Net payments of the filter's days.
pub(in crate::relief::reports) async fn payments<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
    need: Need,
) -> Result<Vec<Grain>, DbErr> {
    let joined = need.status || need.people || need.programme;
    if !joined && !need.channel {
        let ask = Ask {
            programme: "''",
            decision: "e.decision_id",
            day: "CAST(e.business_day AS TEXT)",
            state: "''",
            hold: "''",
            reason: "''",
            channel: "''",
            each: "e.amount_dong",
            sums: [
                "CASE WHEN e.amount_dong > 0 THEN e.entries ELSE -e.entries END",
                "0",
                "e.amount_dong * e.entries",
            ],
            from: "ledger_days e".to_owned(),
        };
        return grains(conn, need, ask, entries(scope, filter)).await;
    }
    let mut from = "payment_entries e".to_owned();
    if joined {
        from.push_str(
            " JOIN entitlements t ON t.province_code = e.province_code AND t.id = e.entitlement_id",
        );
    }
    if need.programme {
        from.push_str(" JOIN beneficiary_lists l ON l.id = t.list_id");
    }
    let ask = Ask {
        programme: "l.programme_code",
        decision: "e.decision_id",
        day: "CAST(e.business_day AS TEXT)",
        state: if need.status { "t.pay_state" } else { "''" },
        hold: if need.status { "t.hold" } else { "''" },
        reason: "''",
        channel: CHANNEL_OF_ENTRY,
        each: "e.amount_dong",
        sums: [NET_ITEMS, if need.people { NET_PEOPLE } else { "0" }, "e.amount_dong"],
        from,
    };
    let mut wanted = entries(scope, filter);
    wanted.and_plain("e.amount_dong <> 0");
    grains(conn, need, ask, wanted).await
}

const NET_ITEMS: &str = "CASE WHEN e.amount_dong > 0 THEN 1 ELSE -1 END";
const NET_PEOPLE: &str =
    "CASE WHEN e.amount_dong > 0 THEN t.people WHEN e.amount_dong < 0 THEN -t.people ELSE 0 END";

/// People who declined.
pub(in crate::relief::reports) async fn declined<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
    need: Need,
) -> Result<Vec<Grain>, DbErr> {
    let mut wanted = wanted(scope, filter);
    wanted.and_plain("e.state = 'declined'");
    if let Some(decision) = filter.decision {
        wanted.and("l.decision_id = {}", decision);
    }
    let ask = Ask {
        programme: "l.programme_code",
        decision: "l.decision_id",
        day: "COALESCE(CAST(x.declined_on AS TEXT), '')",
        state: "''",
        hold: "''",
        reason: "''",
        channel: "''",
        each: "e.due_dong",
        sums: ["1", "e.people", "e.due_dong"],
        from: "list_entries e JOIN beneficiary_lists l ON l.id = e.list_id
               LEFT JOIN declines x ON x.entry_id = e.id AND x.revoked_at IS NULL"
            .to_owned(),
    };
    grains(conn, need, ask, wanted).await
}

const DEMAND: &str = "recoveries e
  JOIN entitlements t ON t.province_code = e.province_code AND t.id = e.entitlement_id
  JOIN beneficiary_lists l ON l.id = t.list_id
  JOIN payment_entries p ON p.province_code = e.province_code AND p.id = e.payment_id";

const SETTLED: &str =
    "CASE WHEN e.returned_dong + e.waived_dong < e.amount_dong THEN 'owed' ELSE 'settled' END";

/// Filter of demands: their decision stands in them.
fn demands(scope: &Scope, filter: &Filter) -> Where {
    super::decided(wanted(scope, filter), filter)
}

/// Money demanded back.
pub(in crate::relief::reports) async fn demanded<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
    need: Need,
) -> Result<Vec<Grain>, DbErr> {
    let ask = Ask {
        programme: "l.programme_code",
        decision: "e.decision_id",
        day: "CAST(e.demanded_on AS TEXT)",
        state: SETTLED,
        hold: "''",
        reason: "''",
        channel: "p.channel",
        each: "e.amount_dong",
        sums: ["1", "t.people", "e.amount_dong"],
        from: DEMAND.to_owned(),
    };
    grains(conn, need, ask, demands(scope, filter)).await
}

/// Money that came back, part by part; a part reversed is taken off.
pub(in crate::relief::reports) async fn repaid<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
    need: Need,
) -> Result<Vec<Grain>, DbErr> {
    let ask = Ask {
        programme: "l.programme_code",
        decision: "e.decision_id",
        day: "CAST(x.business_day AS TEXT)",
        state: SETTLED,
        hold: "''",
        reason: "''",
        channel: "p.channel",
        each: "x.amount_dong",
        sums: ["CASE WHEN x.amount_dong > 0 THEN 1 ELSE -1 END", "0", "x.amount_dong"],
        from: format!(
            "{DEMAND}
             JOIN recovery_entries x ON x.recovery_id = e.id
             LEFT JOIN recovery_entries r ON r.id = x.reverses_id"
        ),
    };
    let mut wanted = demands(scope, filter);
    wanted.and_plain("COALESCE(r.kind, x.kind) = 'part'");
    grains(conn, need, ask, wanted).await
}

/// Rows of lists that are still proposed, list by list.
pub(in crate::relief::reports) async fn lists<C: Conn>(
    conn: &C,
    scope: &Scope,
    filter: &Filter,
    need: Need,
) -> Result<Vec<ListGrain>, DbErr> {
    let wanted = super::decided(wanted(scope, filter), filter);
    let (each, by) = if need.each { ("x.due_dong", ", x.due_dong") } else { ("0", "") };
    let sql = format!(
        "SELECT e.district_code, e.commune_code, e.group_code, e.programme_code,
           {DECISION} AS decision, e.state, e.prepared_at,
           (SELECT MAX(s.acted_at) FROM list_steps s
             WHERE s.list_id = e.id AND s.action = 'appraise') AS appraised_at,
           g.each_dong, g.items, g.people, g.dong
         FROM (SELECT e.id, CAST({each} AS BIGINT) AS each_dong, CAST(COUNT(*) AS BIGINT) AS items,
                 CAST(SUM(x.people) AS BIGINT) AS people, CAST(SUM(x.due_dong) AS BIGINT) AS dong
               FROM beneficiary_lists e JOIN list_entries x ON x.list_id = e.id
              WHERE {} AND x.state = 'listed' GROUP BY e.id{by}) g
         JOIN beneficiary_lists e ON e.id = g.id
         LEFT JOIN decisions d ON d.id = e.decision_id",
        wanted.sql()
    );
    conn.rows(&sql, wanted.values()).await
}

/// A budget's part of a decision.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief::reports) struct BudgetShare {
    pub id: Uuid,
    pub decision: String,
    pub name: String,
    pub percent: i32,
}

/// The budgets of the province's decisions; of two with one key the one in force comes last.
pub(in crate::relief::reports) async fn shares<C: Conn>(
    conn: &C,
    scope: &Scope,
) -> Result<Vec<BudgetShare>, DbErr> {
    let sql = format!(
        "SELECT d.id, {DECISION} AS decision, s.name, s.percent
         FROM decision_sources s JOIN decisions d ON d.id = s.decision_id
         WHERE d.province_code = $1
         ORDER BY CASE WHEN d.revoked_at IS NULL THEN 1 ELSE 0 END, d.id, s.position"
    );
    conn.rows(&sql, vec![scope.province().into()]).await
}
