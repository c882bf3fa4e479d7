//! Settings: one commented TOML file, then environment variables, then command-line options.
//! A key nobody knows is refused, so that a typing mistake cannot silently do nothing.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use chrono::{DateTime, FixedOffset};
use serde::Deserialize;

/// The commented file that `ansinh config example` prints.
pub const EXAMPLE: &str = include_str!("config.example.toml");

/// Everything that can be set.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Address and port to listen on.
    pub listen: SocketAddr,
    /// `sqlite:` or `postgres:` address; empty = SQLite in `data`.
    pub database_url: String,
    /// Folder of the embedded database.
    pub data: PathBuf,
    /// Code of the province this installation serves.
    pub province: String,
    /// Name on the pages, after "An sinh".
    pub province_name: String,
    /// Cookies are sent over HTTPS only.
    pub https: bool,
    /// Folder with programme files (*.toml) that are added to the built-in ones or replace them.
    pub programmes: Option<PathBuf>,
    /// File of the model by which rows are judged to be one person, as `ansinh match --model`
    /// writes it; none: the model that comes with the program.
    pub match_model: Option<PathBuf>,
    /// Working days within which a warning of a duplicate should be decided, 1 to 60.
    pub duplicate_days: u32,
    /// Wrong passwords in a row before an account is locked.
    pub lock_after: u32,
    /// How long a locked account stays locked, in minutes.
    pub lock_minutes: u32,
    /// A session ends after so many minutes without a request.
    pub idle_minutes: u32,
    /// When the book of a day closes and the daily payment update is due: minutes after midnight in
    /// Asia/Ho_Chi_Minh, written "17:30" (Hà Tĩnh, document 004). A change holds from tomorrow.
    #[serde(deserialize_with = "time_of_day")]
    pub day_closes: u32,
    /// A commune that missed so many updates in a row is shown to the province too.
    pub escalate_after: u32,
    /// Accounts of the province sign in with a code from a telephone, too.
    pub second_factor: bool,
    /// File with the key that seals the secrets of the second factor; none: `ansinh.key` in `data`.
    pub key_file: Option<PathBuf>,
    /// File with the key that signs the public log of payments; none: `ansinh-log.key` in `data`.
    pub log_key_file: Option<PathBuf>,
    /// Keys of those who co-sign the public log of payments, as `ansinh disclosure key` prints them.
    pub witnesses: Vec<String>,
    /// Where the public finds this installation, e.g. `https://ansinh.example.vn`; empty: not known.
    pub public_url: String,
    /// Months after its decision during which a commune's list stands on the public pages with names.
    pub list_months: u32,
    /// Address of the licence under which open data may be used.
    pub data_licence: String,
    /// Machines before this one (reverse proxies) whose `X-Forwarded-For` is believed.
    pub trusted_proxies: Vec<std::net::IpAddr>,
    /// Look-ups by citizens from one network in ten minutes.
    pub lookups_per_network: u32,
    /// Telephone number for help, on every page's foot.
    pub help_phone: String,
    /// Log lines as JSON.
    pub log_json: bool,
    /// Opens /metrics to other machines that send it as a bearer token; empty: this machine only.
    pub metrics_token: String,
    /// The pages say that the data are made up.
    pub demo: bool,
    /// The clock starts here instead of now (training and demo only).
    pub clock: Option<DateTime<FixedOffset>>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 8080)),
            database_url: String::new(),
            data: PathBuf::from("ansinh-data"),
            province: "42".to_owned(),
            province_name: "Hà Tĩnh".to_owned(),
            https: false,
            programmes: None,
            match_model: None,
            duplicate_days: 1,
            lock_after: 5,
            lock_minutes: 15,
            idle_minutes: 60,
            day_closes: 17 * 60 + 30,
            escalate_after: 3,
            second_factor: true,
            key_file: None,
            log_key_file: None,
            witnesses: Vec::new(),
            trusted_proxies: Vec::new(),
            public_url: String::new(),
            list_months: 12,
            data_licence: "https://creativecommons.org/licenses/by/4.0/deed.vi".to_owned(),
            lookups_per_network: 60,
            help_phone: String::new(),
            log_json: false,
            metrics_token: String::new(),
            demo: false,
            clock: None,
        }
    }
}

/// Reads "17:30" as minutes after midnight; "24:00" is the end of the day.
fn time_of_day<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<u32, D::Error> {
    let text = String::deserialize(deserializer)?;
    let minutes = text.split_once(':').and_then(|(hours, minutes)| {
        let (hours, minutes): (u32, u32) = (hours.parse().ok()?, minutes.parse().ok()?);
        (hours <= 24 && minutes < 60).then_some(hours * 60 + minutes)
    });
    minutes.filter(|minutes| (1..=1440).contains(minutes)).ok_or_else(|| {
        serde::de::Error::custom(format!("{text:?} is not a time of day such as \"17:30\""))
    })
}

/// Why the settings cannot be used. Display is for the operator and names the place.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read the configuration file {path}: {source}")]
    Read {
        /// The file.
        path: String,
        /// Why not.
        source: std::io::Error,
    },
    /// The file or a variable is wrong.
    #[error("{place}: {message}")]
    Wrong {
        /// File or variable.
        place: String,
        /// What is wrong there.
        message: String,
    },
}

impl Config {
    /// Reads the file (when given) and lays the environment over it. `DATABASE_URL` and every
    /// `ANSINH_…` variable count; an `ANSINH_…` variable that names no key is refused.
    ///
    /// # Errors
    /// See [`ConfigError`].
    pub fn load(
        file: Option<&Path>,
        environment: &BTreeMap<String, String>,
    ) -> Result<Self, ConfigError> {
        let mut table = match file {
            Some(path) => read_table(path)?,
            None => toml::Table::new(),
        };
        for (name, value) in environment {
            if name == "DATABASE_URL" {
                table.insert("database_url".to_owned(), toml::Value::String(value.clone()));
            } else if let Some(key) = name.strip_prefix("ANSINH_")
                && !OTHER_VARIABLES.contains(&name.as_str())
            {
                let key = key.to_lowercase();
                let value = variable(&key, value);
                table.insert(key, value);
            }
        }
        let place = file.map_or_else(|| "settings".to_owned(), |path| path.display().to_string());
        table.try_into().map_err(|error: toml::de::Error| ConfigError::Wrong {
            place: format!("{place} and environment"),
            message: error.to_string(),
        })
    }
}

/// Variables of the test and build commands that are not settings.
const OTHER_VARIABLES: [&str; 7] = [
    "ANSINH_SHARED",
    "ANSINH_TEST_POSTGRES",
    "ANSINH_URL",
    "ANSINH_ACCOUNTS",
    "ANSINH_CONFIG",
    "ANSINH_PROVE",
    "ANSINH_PROVE_SEED",
];

fn read_table(path: &Path) -> Result<toml::Table, ConfigError> {
    let text = std::fs::read_to_string(path)
        .map_err(|source| ConfigError::Read { path: path.display().to_string(), source })?;
    text.parse().map_err(|error: toml::de::Error| ConfigError::Wrong {
        place: path.display().to_string(),
        message: error.to_string(),
    })
}

/// Settings whose value is text even when it looks like a number.
const TEXT_KEYS: [&str; 4] = ["province", "help_phone", "day_closes", "metrics_token"];

/// An environment variable is text; numbers and true/false are meant as such.
fn variable(key: &str, value: &str) -> toml::Value {
    if TEXT_KEYS.contains(&key) {
        return toml::Value::String(value.to_owned());
    }
    if let Ok(number) = value.parse::<i64>()
        && number.to_string() == value
    {
        return toml::Value::Integer(number);
    }
    match value {
        "true" => toml::Value::Boolean(true),
        "false" => toml::Value::Boolean(false),
        _ => toml::Value::String(value.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn env(pairs: &[(&str, &str)]) -> BTreeMap<String, String> {
        pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect()
    }

    #[test]
    fn the_example_file_holds_the_defaults() {
        let table: toml::Table = EXAMPLE.parse().unwrap();
        let config: Config = table.try_into().unwrap();
        assert_eq!(format!("{config:?}"), format!("{:?}", Config::default()));
    }

    #[test]
    fn an_unknown_variable_is_refused_by_name() {
        let error = Config::load(None, &env(&[("ANSINH_LISTENN", "x")])).unwrap_err();
        assert!(error.to_string().contains("listenn"), "{error}");
    }

    #[test]
    fn the_closing_hour_is_a_time_of_day() {
        let minutes = |text| Config::load(None, &env(&[("ANSINH_DAY_CLOSES", text)]));
        assert_eq!(minutes("16:00").unwrap().day_closes, 960);
        for wrong in ["", "24:01", "17h30", "0:00", "17:60", "-1:30", "1730"] {
            assert!(minutes(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn variables_win_over_defaults() {
        let config = Config::load(
            None,
            &env(&[("DATABASE_URL", "postgres://x"), ("ANSINH_LISTEN", "0.0.0.0:9")]),
        )
        .unwrap();
        assert_eq!(config.database_url, "postgres://x");
        assert_eq!(config.listen.port(), 9);
    }
}
