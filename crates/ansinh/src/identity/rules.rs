//! Passwords, lock-out and session ends: pure decisions.
//!
//! Length and lock-out follow OWASP ASVS 5.0 §6.2 (at least 8, at least 64 allowed, no composition
//! rules); hashing is Argon2id (RFC 9106) with the parameters OWASP recommends (19 MiB, 2 passes).

use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use argon2::{Argon2, PasswordHash};
use chrono::{DateTime, Duration, Utc};

use super::types::Account;

/// Fewest characters of a password.
pub const PASSWORD_LENGTH_MIN: usize = 8;
/// Most characters of a password.
pub const PASSWORD_LENGTH_MAX: usize = 128;
/// A session ends after this long, used or not.
pub const SESSION_HOURS_MAX: i64 = 12;

/// Passwords that everybody tries first.
const TOO_COMMON: [&str; 12] = [
    "12345678",
    "123456789",
    "1234567890",
    "password",
    "matkhau1",
    "matkhau123",
    "11111111",
    "88888888",
    "ansinh2020",
    "hatinh2020",
    "abcd1234",
    "qwertyui",
];

/// What is wrong with a new password, in Vietnamese; `None` when it will do.
pub fn password_objection(new: &str, repeated: &str, username: &str) -> Option<&'static str> {
    let length = new.chars().count();
    if length < PASSWORD_LENGTH_MIN {
        Some("Mật khẩu mới cần ít nhất 8 ký tự. Một câu ngắn dễ nhớ là tốt nhất.")
    } else if length > PASSWORD_LENGTH_MAX {
        Some("Mật khẩu mới dài quá 128 ký tự.")
    } else if TOO_COMMON.contains(&new.to_lowercase().as_str()) || new == username {
        Some("Mật khẩu này quá dễ đoán. Hãy chọn một câu khác.")
    } else if new != repeated {
        Some("Hai lần nhập mật khẩu mới không giống nhau.")
    } else {
        None
    }
}

/// What is wrong with a new account's user name; `None` when it will do. Names of units' accounts
/// (x18196, h439, tinh42) are kept for them.
pub fn username_objection(name: &str) -> Option<&'static str> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '.' || c == '-';
    let tail = ["x", "h", "tinh"].iter().find_map(|start| name.strip_prefix(start));
    if !(4..=40).contains(&name.len()) {
        Some("Tên tài khoản cần 4–40 ký tự, ví dụ hoa.sonkim1.")
    } else if !name.starts_with(|c: char| c.is_ascii_lowercase()) || !name.chars().all(plain) {
        Some("Tên tài khoản chỉ gồm chữ thường không dấu, chữ số, dấu chấm và gạch nối.")
    } else if tail.is_some_and(|tail| tail.starts_with(|c: char| c.is_ascii_digit())) {
        Some("Tên bắt đầu như mã đơn vị dành cho tài khoản chung. Hãy bắt đầu bằng tên người.")
    } else {
        None
    }
}

/// What is wrong with a person's or an organisation's name; `None` when it will do.
pub fn name_objection(name: &str) -> Option<&'static str> {
    let length = name.chars().count();
    if !(4..=100).contains(&length) || !name.chars().any(char::is_alphabetic) {
        Some("Ghi đủ họ và tên (4–100 ký tự).")
    } else {
        None
    }
}

/// Argon2id hash as a PHC string. `salt` must be fresh randomness.
///
/// # Errors
/// When the hash function refuses its input.
pub fn hash_password(
    password: &str,
    salt: &[u8; 16],
) -> Result<String, argon2::password_hash::Error> {
    Ok(Argon2::default().hash_password_with_salt(password.as_bytes(), salt)?.to_string())
}

/// True when the password belongs to the hash.
pub fn password_matches(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash)
        .is_ok_and(|parsed| Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
}

/// What a sign-in attempt leads to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SignIn {
    /// Come in.
    Accepted,
    /// Wrong name or password; `attempts` now stand against the account.
    Wrong {
        /// Wrong passwords in a row.
        attempts: i32,
    },
    /// Locked until then, whatever the password.
    Locked {
        /// End of the lock.
        until: DateTime<Utc>,
    },
}

/// Decides a sign-in. A correct password does not open a locked or disabled account.
pub fn sign_in(
    account: &Account,
    password_ok: bool,
    now: DateTime<Utc>,
    lock_after: u32,
    lock_minutes: u32,
) -> SignIn {
    if let Some(until) = account.locked_until
        && until > now
    {
        return SignIn::Locked { until };
    }
    if password_ok && account.disabled_at.is_none() {
        return SignIn::Accepted;
    }
    let attempts = account.failed_attempts.saturating_add(1);
    if attempts >= i32::try_from(lock_after).unwrap_or(i32::MAX) {
        return SignIn::Locked { until: now + Duration::minutes(i64::from(lock_minutes)) };
    }
    SignIn::Wrong { attempts }
}

/// True while a session may still be used.
pub fn session_alive(
    last_seen: DateTime<Utc>,
    expires: DateTime<Utc>,
    revoked: bool,
    now: DateTime<Utc>,
    idle_minutes: u32,
) -> bool {
    !revoked && now < expires && now - last_seen < Duration::minutes(i64::from(idle_minutes))
}

/// What a browser says of itself (RFC 9110 §10.1.5), in a few words: "Chrome trên Windows".
pub fn device(agent: &str) -> String {
    // Chrome's name stands in most of them, Safari's in Chrome's: the particular ones first.
    const BROWSERS: [(&str, &str); 7] = [
        ("coc_coc_browser", "Cốc Cốc"),
        ("Edg", "Edge"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("FxiOS/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS X", "máy Mac"),
        ("Linux", "Linux"),
    ];
    let named = |known: &[(&str, &'static str)]| {
        known.iter().find(|(sign, _)| agent.contains(sign)).map(|(_, name)| *name)
    };
    match (named(&BROWSERS), named(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} trên {system}"),
        (Some(name), None) | (None, Some(name)) => name.to_owned(),
        (None, None) => String::new(),
    }
}

/// A one-time password that can be read aloud over the telephone: three groups of four from an
/// alphabet without look-alikes (no 0/o, 1/l/i), about 59 bits.
pub fn one_time_password(random: &[u8; 12]) -> String {
    const ALPHABET: &[u8; 30] = b"abcdefghjkmnpqrstuvwxyz2345678";
    let mut text = String::new();
    for (at, byte) in random.iter().enumerate() {
        if at > 0 && at % 4 == 0 {
            text.push('-');
        }
        text.push(char::from(ALPHABET[usize::from(*byte) % ALPHABET.len()]));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn account(failed: i32, locked: Option<DateTime<Utc>>) -> Account {
        Account {
            id: uuid::Uuid::nil(),
            username: "x".into(),
            display_name: String::new(),
            role: "commune".into(),
            tiers: 3,
            province_code: "42".into(),
            district_code: "439".into(),
            commune_code: "18196".into(),
            password_hash: String::new(),
            must_change_password: false,
            failed_attempts: failed,
            locked_until: locked,
            disabled_at: None,
            kind: "unit".into(),
            unit_account_id: None,
            person_name: String::new(),
            manages_only: false,
            totp_confirmed_at: None,
        }
    }

    #[test]
    fn the_fifth_wrong_password_locks_and_the_right_one_does_not_open() {
        let now = DateTime::from_timestamp(1_592_500_000, 0).unwrap();
        assert_eq!(sign_in(&account(3, None), false, now, 5, 15), SignIn::Wrong { attempts: 4 });
        let until = now + Duration::minutes(15);
        assert_eq!(sign_in(&account(4, None), false, now, 5, 15), SignIn::Locked { until });
        assert_eq!(sign_in(&account(5, Some(until)), true, now, 5, 15), SignIn::Locked { until });
        assert_eq!(sign_in(&account(5, Some(until)), true, until, 5, 15), SignIn::Accepted);
    }

    #[test]
    fn a_disabled_account_stays_out() {
        let now = DateTime::from_timestamp(1_592_500_000, 0).unwrap();
        let mut gone = account(0, None);
        gone.disabled_at = Some(now);
        assert_eq!(sign_in(&gone, true, now, 5, 15), SignIn::Wrong { attempts: 1 });
    }

    #[test]
    fn hashes_are_salted_argon2id_and_verify() {
        let one = hash_password("một câu dễ nhớ", &[1; 16]).unwrap();
        assert!(one.starts_with("$argon2id$"), "{one}");
        assert!(password_matches("một câu dễ nhớ", &one));
        assert!(!password_matches("một câu de nhớ", &one));
        assert_ne!(one, hash_password("một câu dễ nhớ", &[2; 16]).unwrap());
    }

    #[test]
    fn weak_passwords_are_refused_with_a_reason() {
        assert!(password_objection("ngan", "ngan", "x").is_some());
        assert!(password_objection("12345678", "12345678", "x").is_some());
        assert!(password_objection("hai lần khác", "hai lần khac", "x").is_some());
        assert_eq!(password_objection("con trâu đi trước", "con trâu đi trước", "x"), None);
    }

    #[test]
    fn user_names_are_plain_and_never_look_like_a_units() {
        for good in ["hoa.sonkim1", "nguyen-hoa", "xuan.hoa", "tinhthan"] {
            assert_eq!(username_objection(good), None, "{good}");
        }
        for bad in ["", "hoa", "Hoa.A", "hoà.sk", "x18196", "h4391", "tinh42c", "1hoa", "a b c d"]
        {
            assert!(username_objection(bad).is_some(), "{bad}");
        }
        assert!(username_objection(&"a".repeat(41)).is_some());
    }

    #[test]
    fn a_device_is_named_by_its_browser_and_system() {
        let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like \
                       Gecko) Chrome/120.0.0.0 Safari/537.36";
        assert_eq!(device(windows), "Chrome trên Windows");
        assert_eq!(device(&format!("{windows} Edg/120.0")), "Edge trên Windows");
        let android = "Mozilla/5.0 (Linux; Android 9) AppleWebKit/537.36 Chrome/80 Safari/537.36";
        assert_eq!(device(android), "Chrome trên Android");
        assert_eq!(device("curl/8 <script>"), "");
    }

    #[test]
    fn one_time_passwords_have_no_look_alikes() {
        let text = one_time_password(&[0, 1, 2, 3, 30, 60, 90, 120, 200, 255, 7, 9]);
        assert_eq!(text.len(), 14);
        assert!(!text.contains(['0', 'o', '1', 'l', 'i']));
    }
}
