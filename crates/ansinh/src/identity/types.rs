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
}

impl Role {
    /// Name in the database.
    pub fn code(self) -> &'static str {
        match self {
            Self::Commune => "commune",
            Self::District => "district",
            Self::Province => "province",
        }
    }

    /// Name on the screen.
    pub fn label(self) -> &'static str {
        match self {
            Self::Commune => "xã",
            Self::District => "huyện",
            Self::Province => "tỉnh",
        }
    }

    /// The role of a name in the database.
    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Commune, Self::District, Self::Province].into_iter().find(|r| r.code() == code)
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
}

/// The signed-in officer of a request.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Account id.
    pub account_id: Uuid,
    /// Name to sign in with.
    pub username: String,
    /// Unit's name on the screen.
    pub display_name: String,
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
}

impl Actor {
    /// The actor of an account; `None` when the stored role is unknown.
    pub fn of(account: &Account, csrf: String, session: String) -> Option<Self> {
        let role = Role::from_code(&account.role)?;
        let (province, district, commune) = (
            account.province_code.clone(),
            account.district_code.clone(),
            account.commune_code.clone(),
        );
        let scope = match role {
            Role::Commune => Scope::Commune { province, district, commune, tiers: account.tiers },
            Role::District => Scope::District { province, district },
            Role::Province => Scope::Province { province },
        };
        Some(Self {
            account_id: account.id,
            username: account.username.clone(),
            display_name: account.display_name.clone(),
            role,
            scope,
            tiers: account.tiers,
            csrf,
            session,
            must_change_password: account.must_change_password,
        })
    }
}
