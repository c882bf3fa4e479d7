//! Accounts, roles and scopes.

use chrono::{DateTime, Utc};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// What an account may do; where, is its [`Scope`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// Imports lists, posts them, pays, reports.
    Commune,
    /// Appraises, chases.
    District,
    /// Approves, publishes; appraises where there is no district.
    Province,
    /// Only reads, whatever its level: mass organisations and inspectors (relief.md §8: giám sát),
    /// and a unit's account that left its acts to named officers. No act lists this role, so every
    /// act refuses it without being told.
    Supervisor,
}

impl Role {
    /// Name in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Commune => "commune",
            Self::District => "district",
            Self::Province => "province",
            Self::Supervisor => "supervisor",
        }
    }

    /// Name on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Commune => "xã",
            Self::District => "huyện",
            Self::Province => "tỉnh",
            Self::Supervisor => "giám sát",
        }
    }

    /// The level of a name in the database. Supervisors have a level there, too; that they only
    /// read is their [`Kind`].
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Commune, Self::District, Self::Province].into_iter().find(|r| r.code() == code)
    }
}

/// Whose account it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The one account of a unit; its holder manages the officers and supervisors.
    Unit,
    /// A named officer of a unit.
    Officer,
    /// Somebody who watches: reads only.
    Supervisor,
}

impl Kind {
    /// Name in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Unit => "unit",
            Self::Officer => "officer",
            Self::Supervisor => "supervisor",
        }
    }

    /// The kind of a name in the database.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Unit, Self::Officer, Self::Supervisor].into_iter().find(|k| k.code() == code)
    }
}

/// The part of the province whose rows an account may reach. Store functions take it first and put
/// it into their SQL, so that a wrong handler cannot leak another commune's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    /// One commune; `tiers` tells its code's era (3 until 30/6/2025, 2 since: codes were reused).
    Commune {
        /// Province code.
        province: String,
        /// District code, empty in a two-tier province.
        district: String,
        /// Commune code.
        commune: String,
        /// Tiers of administration in the commune's era.
        tiers: i16,
    },
    /// All communes of one district.
    District {
        /// Province code.
        province: String,
        /// District code.
        district: String,
    },
    /// The whole province.
    Province {
        /// Province code.
        province: String,
    },
}

impl Scope {
    /// The scope of a level with the codes of its unit. Supervisors have the scope of a level.
    pub fn of(level: Role, province: &str, district: &str, commune: &str, tiers: i16) -> Self {
        let (province, district) = (province.to_owned(), district.to_owned());
        match level {
            Role::Commune => {
                Self::Commune { province, district, commune: commune.to_owned(), tiers }
            }
            Role::District => Self::District { province, district },
            Role::Province | Role::Supervisor => Self::Province { province },
        }
    }

    /// Province code.
    pub fn province(&self) -> &str {
        match self {
            Self::Commune { province, .. }
            | Self::District { province, .. }
            | Self::Province { province } => province,
        }
    }

    /// District code, or empty.
    pub fn district(&self) -> &str {
        match self {
            Self::Commune { district, .. } | Self::District { district, .. } => district,
            Self::Province { .. } => "",
        }
    }

    /// Commune code, or empty above the commune.
    pub fn commune(&self) -> &str {
        match self {
            Self::Commune { commune, .. } => commune,
            _ => "",
        }
    }

    /// The SQL condition that keeps a statement inside the scope. The table (by `alias`) must have
    /// `province_code`, `district_code`, `commune_code` and, for communes, `tiers`; parameter
    /// `$n` must be bound to [`Scope::code`].
    pub fn condition(&self, alias: &str, n: usize) -> String {
        match self {
            Self::Commune { tiers, .. } => {
                format!("({alias}.commune_code = ${n} AND {alias}.tiers = {tiers})")
            }
            Self::District { .. } => format!("({alias}.district_code = ${n})"),
            Self::Province { .. } => format!("({alias}.province_code = ${n})"),
        }
    }

    /// The code to bind where [`Scope::condition`] says.
    pub fn code(&self) -> &str {
        match self {
            Self::Commune { commune, .. } => commune,
            Self::District { district, .. } => district,
            Self::Province { province } => province,
        }
    }

    /// True when a commune (with its district and province) lies inside.
    pub fn contains(&self, province: &str, district: &str, commune: &str) -> bool {
        match self {
            // A code alone would also be the commune that bore it before 2025.
            Self::Commune { commune: own, district: d, province: p, .. } => {
                own == commune && d == district && p == province
            }
            Self::District { district: own, province: p } => own == district && p == province,
            Self::Province { province: own } => own == province,
        }
    }
}

/// An account as stored.
#[derive(Debug, Clone, FromQueryResult)]
pub struct Account {
    /// Id.
    pub id: Uuid,
    /// Name to sign in with.
    pub username: String,
    /// Unit's name on the screen.
    pub display_name: String,
    /// See [`Role::from_code`].
    pub role: String,
    /// 2 or 3.
    pub tiers: i16,
    /// Province code.
    pub province_code: String,
    /// District code or empty.
    pub district_code: String,
    /// Commune code or empty.
    pub commune_code: String,
    /// Argon2id, PHC string.
    pub password_hash: String,
    /// The one-time password must be replaced at first sign-in.
    pub must_change_password: bool,
    /// Wrong passwords in a row.
    pub failed_attempts: i32,
    /// Locked until then.
    pub locked_until: Option<DateTime<Utc>>,
    /// Taken out of use.
    pub disabled_at: Option<DateTime<Utc>>,
    /// See [`Kind::from_code`].
    pub kind: String,
    /// An officer's unit account.
    pub unit_account_id: Option<Uuid>,
    /// The person's name; empty for a unit's account.
    pub person_name: String,
    /// A unit's account that no longer acts itself.
    pub manages_only: bool,
    /// When the second factor was set up.
    pub totp_confirmed_at: Option<DateTime<Utc>>,
}

impl Account {
    /// Who this is in a sentence: "xã Sơn Kim 1" is "UBND xã Sơn Kim 1" with a person before it.
    pub fn called(&self) -> String {
        called(&self.kind, &self.person_name, &self.display_name)
    }
}

/// "Nguyễn Thị Hoa, UBND xã Sơn Kim 1"; a unit's account by the unit's name alone.
pub(super) fn called(kind: &str, person: &str, unit: &str) -> String {
    if person.is_empty() {
        unit.to_owned()
    } else if kind == Kind::Officer.code() {
        format!("{person}, UBND {}", crate::areas::in_sentence(unit))
    } else {
        format!("{person}, {unit}")
    }
}

/// An account as others are told of it: who, and for which part of the province.
#[derive(Debug, Clone)]
pub struct Seat {
    /// Id.
    pub id: Uuid,
    /// Name to sign in with.
    pub username: String,
    /// "Nguyễn Thị Hoa, UBND xã Sơn Kim 1"; a unit's account by the unit's name.
    pub called: String,
    /// The one account of a unit.
    pub unit: bool,
    /// A supervisor's: it reads and does nothing.
    pub only_reads: bool,
    /// Where it acts or watches.
    pub scope: Scope,
}

/// The signed-in officer of a request.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Account id.
    pub account_id: Uuid,
    /// Account of her unit; her own when it is the unit's.
    pub unit_account: Uuid,
    /// Name to sign in with.
    pub username: String,
    /// Unit's (or organisation's) name on the screen.
    pub display_name: String,
    /// The officer's own name; empty for a unit's account.
    pub person_name: String,
    /// Whose account.
    pub kind: Kind,
    /// What she may do.
    pub role: Role,
    /// Where.
    pub scope: Scope,
    /// 2 or 3.
    pub tiers: i16,
    /// Token every form of this session carries.
    pub csrf: String,
    /// SHA-256 (hex) of the session's cookie.
    pub session: String,
    /// She may do nothing but change her password.
    pub must_change_password: bool,
    /// She may do nothing but set up codes on her telephone.
    pub must_enrol: bool,
}

impl Actor {
    /// The actor of an account; `None` when the stored role or kind is unknown.
    pub fn of(account: &Account, csrf: String, session: String) -> Option<Self> {
        let level = Role::from_code(&account.role)?;
        let kind = Kind::from_code(&account.kind)?;
        let scope = Scope::of(
            level,
            &account.province_code,
            &account.district_code,
            &account.commune_code,
            account.tiers,
        );
        let mut actor = Self::without_session(account.id, &account.username, level, scope);
        if kind == Kind::Supervisor || account.manages_only {
            actor.role = Role::Supervisor;
        }
        actor.unit_account = account.unit_account_id.unwrap_or(account.id);
        actor.display_name.clone_from(&account.display_name);
        actor.person_name.clone_from(&account.person_name);
        actor.kind = kind;
        actor.tiers = account.tiers;
        (actor.csrf, actor.session) = (csrf, session);
        actor.must_change_password = account.must_change_password;
        Some(actor)
    }

    /// An officer for whom the machine works on: no session, no form.
    pub fn without_session(account_id: Uuid, username: &str, role: Role, scope: Scope) -> Self {
        Self {
            account_id,
            unit_account: account_id,
            username: username.to_owned(),
            display_name: username.to_owned(),
            person_name: String::new(),
            kind: Kind::Unit,
            role,
            tiers: if let Scope::Commune { tiers, .. } = scope { tiers } else { 3 },
            scope,
            csrf: String::new(),
            session: String::new(),
            must_change_password: false,
            must_enrol: false,
        }
    }

    /// Level of her unit, also of those who only read.
    pub fn level(&self) -> Role {
        match self.scope {
            Scope::Commune { .. } => Role::Commune,
            Scope::District { .. } => Role::District,
            Scope::Province { .. } => Role::Province,
        }
    }

    /// "Nguyễn Thị Hoa, UBND xã Sơn Kim 1".
    pub fn called(&self) -> String {
        called(self.kind.code(), &self.person_name, &self.display_name)
    }
}
