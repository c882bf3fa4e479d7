//! Persons who stand in lists of two programmes.

use sea_orm::{DbErr, FromQueryResult, Value};
use uuid::Uuid;

use crate::database::{Conn, Sql};
use crate::identity::Scope;

/// A person's row in one programme and her row in another.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief) struct OverlapRow {
    pub one_id: Uuid,
    pub other_id: Uuid,
    pub full_name: String,
    pub birth_year: Option<i32>,
    pub id_number: Option<String>,
    pub one_programme: String,
    pub one_group: String,
    pub one_commune: String,
    pub one_district: String,
    pub one_declined: bool,
    pub one_list_state: String,
    pub one_due: i64,
    pub one_approved: i64,
    pub one_paid: i64,
    pub other_programme: String,
    pub other_group: String,
    pub other_commune: String,
    pub other_district: String,
    pub other_declined: bool,
    pub other_list_state: String,
    pub other_due: i64,
    pub other_approved: i64,
    pub other_paid: i64,
}

/// How often two groups of two programmes meet in one person.
#[derive(Debug, Clone, FromQueryResult)]
pub(in crate::relief) struct OverlapCount {
    pub one_programme: String,
    pub one_group: String,
    pub other_programme: String,
    pub other_group: String,
    pub rows: i64,
}

#[derive(FromQueryResult)]
struct Code {
    programme_code: String,
}

/// What is looked for: an era, and the programmes that have lists in it, the fewest lists first.
#[derive(Debug, Clone)]
pub(in crate::relief) struct Wanted {
    tiers: i16,
    programmes: Vec<String>,
    /// Only pairs of these two programmes.
    pair: Option<(String, String)>,
}

/// Reads which programmes have lists of an era in the province.
pub(in crate::relief) async fn wanted<C: Conn>(
    conn: &C,
    scope: &Scope,
    tiers: i16,
    pair: Option<(String, String)>,
) -> Result<Wanted, DbErr> {
    let sql = "SELECT programme_code FROM beneficiary_lists
         WHERE province_code = $1 AND tiers = $2
         GROUP BY programme_code ORDER BY COUNT(*), programme_code";
    let rows: Vec<Code> = conn.rows(sql, vec![scope.province().into(), tiers.into()]).await?;
    let programmes = rows.into_iter().map(|row| row.programme_code).collect();
    Ok(Wanted { tiers, programmes, pair })
}

impl Wanted {
    /// The same without asking for a pair of programmes.
    pub(in crate::relief) fn every_pair(&self) -> Self {
        Self { pair: None, ..self.clone() }
    }

    /// The joins and conditions, and the values they bind from `$1`. Row `x` lies in the scope. A
    /// pair is met once: from the programme with fewer lists, so that the large one is only probed
    /// by person; from the other side when only that one lies in the scope.
    fn sql(&self, scope: &Scope) -> (String, Vec<Value>) {
        let mut values: Vec<Value> =
            vec![scope.code().into(), self.tiers.into(), scope.province().into()];
        let mut ranks = Vec::new();
        for (rank, programme) in self.programmes.iter().enumerate() {
            values.push(programme.as_str().into());
            ranks.push(format!("WHEN ${} THEN {rank}", values.len()));
        }
        let ranks = ranks.join(" ");
        let rank = |list: &str| format!("(CASE {list}.programme_code {ranks} ELSE -1 END)");
        let last = format!("${}", values.len());
        let (x, y) = (rank("lx"), rank("ly"));
        let once = match scope {
            Scope::Province { .. } => format!("lx.programme_code <> {last} AND {x} < {y}"),
            _ => format!("{x} <> {y} AND ({x} < {y} OR NOT {})", scope.condition("ly", 1)),
        };
        let mut sql = format!(
            "FROM beneficiary_lists lx
             JOIN list_entries x ON x.list_id = lx.id AND x.state <> 'excluded'
             JOIN list_entries y ON y.person_id = x.person_id AND y.state <> 'excluded'
             JOIN beneficiary_lists ly ON ly.id = y.list_id
             WHERE {} AND lx.tiers = $2 AND ly.tiers = $2 AND ly.province_code = $3 AND {once}",
            scope.condition("lx", 1)
        );
        if let Some((one, other)) = &self.pair {
            values.extend([Value::from(one.as_str()), Value::from(other.as_str())]);
            let (a, b) = (values.len() - 1, values.len());
            sql.push_str(&format!(
                " AND ((lx.programme_code = ${a} AND ly.programme_code = ${b})
                   OR (lx.programme_code = ${b} AND ly.programme_code = ${a}))"
            ));
        }
        (sql, values)
    }
}

/// Columns of one side: `$` stands for x or y, `@` for the name before the underscore.
const SIDE: &str = "$.id AS @_id, l$.programme_code AS @_programme, $.group_code AS @_group,
  $.commune_code AS @_commune, $.district_code AS @_district,
  ($.state = 'declined' OR $.problem = 'declined') AS @_declined, l$.state AS @_list_state,
  $.due_dong AS @_due,
  (SELECT CAST(COUNT(*) AS BIGINT) FROM entitlements t
    WHERE t.entry_id = $.id AND t.state = 'approved') AS @_approved,
  CAST(COALESCE((SELECT SUM(t.paid_dong) FROM entitlements t
    WHERE t.entry_id = $.id AND t.state = 'approved'), 0) AS BIGINT) AS @_paid";

fn side(table: &str, name: &str) -> String {
    SIDE.replace('$', table).replace('@', name)
}

/// A page of pairs of which one row lies in the scope, in the order of the rows' ids.
pub(in crate::relief) async fn page<C: Conn>(
    conn: &C,
    scope: &Scope,
    wanted: &Wanted,
    after: Option<(Uuid, Uuid)>,
    size: u64,
) -> Result<Vec<OverlapRow>, DbErr> {
    if wanted.programmes.len() < 2 {
        return Ok(Vec::new());
    }
    let (from, mut values) = wanted.sql(scope);
    let mut keyset = String::new();
    if let Some((one, other)) = after {
        values.extend([Value::from(one), Value::from(other)]);
        let (a, b) = (values.len() - 1, values.len());
        keyset = format!(" AND (x.id > ${a} OR (x.id = ${a} AND y.id > ${b}))");
    }
    let sql = format!(
        "SELECT x.full_name, x.birth_year, x.id_number, {}, {} {from}{keyset}
         ORDER BY x.id, y.id LIMIT {size}",
        side("x", "one"),
        side("y", "other")
    );
    conn.rows(&sql, values).await
}

/// How many pairs there are, by programme and group of both rows.
pub(in crate::relief) async fn counts<C: Conn>(
    conn: &C,
    scope: &Scope,
    wanted: &Wanted,
) -> Result<Vec<OverlapCount>, DbErr> {
    if wanted.programmes.len() < 2 {
        return Ok(Vec::new());
    }
    let (from, values) = wanted.sql(scope);
    let sql = format!(
        "SELECT lx.programme_code AS one_programme, x.group_code AS one_group,
           ly.programme_code AS other_programme, y.group_code AS other_group,
           CAST(COUNT(*) AS BIGINT) AS rows
         {from}
         GROUP BY lx.programme_code, x.group_code, ly.programme_code, y.group_code
         ORDER BY lx.programme_code, ly.programme_code, x.group_code, y.group_code"
    );
    conn.rows(&sql, values).await
}
