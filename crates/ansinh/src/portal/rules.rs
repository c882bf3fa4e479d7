//! Reading what a citizen typed, and writing what a spreadsheet will read: pure decisions.

use std::net::IpAddr;

use vietnam::date::{BirthError, PartialDate, parse_birth};
use vietnam::identity::IdNumber;

/// An identity number as typed, repaired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedNumber {
    digits: String,
}

impl TypedNumber {
    /// Reads a number with spaces, dots or dashes in it, with the letter O for a zero, or with
    /// its leading zeros lost. The error is a sentence for the field.
    pub fn read(typed: &str) -> Result<Self, String> {
        let mut digits = String::new();
        for c in typed.chars() {
            match c {
                '0'..='9' => digits.push(c),
                'o' | 'O' => digits.push('0'),
                ' ' | '.' | '-' | ',' | '\'' | '\u{a0}' | '\t' => {}
                _ if c.is_whitespace() => {}
                _ => {
                    return Err("Số giấy tờ chỉ gồm chữ số. Nhập 12 số trên căn cước công dân \
                                hoặc 9 số trên CMND."
                        .to_owned());
                }
            }
        }
        let zeros_lost = match digits.len() {
            0 => return Err("Nhập số căn cước công dân hoặc CMND.".to_owned()),
            9 | 12 => 0,
            8 if !digits.starts_with('0') => 1,
            11 if !digits.starts_with('0') => 1,
            10 if matches!(digits.as_bytes()[0], b'1'..=b'8') => 2,
            found => {
                return Err(format!(
                    "Số vừa nhập có {found} chữ số; CMND có 9, căn cước công dân có 12. Xem lại \
                     từng số ở mặt trước thẻ."
                ));
            }
        };
        Ok(Self { digits: format!("{}{digits}", "0".repeat(zeros_lost)) })
    }

    /// The key under which lists keep the number.
    pub fn key(&self) -> &str {
        self.digits.trim_start_matches('0')
    }

    /// What many numbers tried one after the other have in common: province, sex and year of a
    /// CCCD; the first five digits of a CMND.
    pub fn prefix(&self) -> &str {
        let length = if self.digits.len() == 12 { 6 } else { 5 };
        self.digits.get(..length).unwrap_or(&self.digits)
    }

    /// The form that the public lists show.
    pub fn form(&self) -> String {
        match IdNumber::parse(&self.digits) {
            Ok(number) => number.masked(),
            Err(_) => self.digits.clone(),
        }
    }
}

/// Reads a birth date or a year as typed. The error is a sentence for the field.
pub fn read_birth(typed: &str) -> Result<PartialDate, String> {
    let typed = typed.trim();
    // 05031940 typed without separators.
    let spaced = if typed.len() == 8 && typed.bytes().all(|b| b.is_ascii_digit()) {
        format!("{}/{}/{}", &typed[..2], &typed[2..4], &typed[4..])
    } else {
        typed.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    parse_birth(&spaced).map_err(|error| {
        match error {
            BirthError::Empty => {
                "Nhập ngày sinh, ví dụ 5/3/1940. Nếu giấy tờ chỉ ghi năm thì nhập năm."
            }
            BirthError::Unreadable => {
                "Chưa đọc được ngày sinh. Nhập ngày/tháng/năm, ví dụ 5/3/1940, hoặc chỉ năm: 1940."
            }
            BirthError::Impossible => {
                "Ngày này không có trong lịch. Xem lại ngày, tháng, năm; ví dụ 5/3/1940."
            }
        }
        .to_owned()
    })
}

/// Who asks: the peer itself, or whom a trusted proxy names. Each proxy appends whom it saw, so that
/// only the last name before the trusted ones is believed; what a client writes itself stands further
/// to the left.
pub fn client(peer: IpAddr, told: Option<&str>, trusted: &[IpAddr]) -> IpAddr {
    let mut client = peer;
    for name in told.unwrap_or_default().rsplit(',') {
        match name.trim().parse() {
            Ok(address) if trusted.contains(&client) => client = address,
            _ => break,
        }
    }
    client
}

/// The network an address belongs to: an IPv4 address, or the first 64 bits of an IPv6 address,
/// which one household has (RFC 6177).
pub fn network(address: Option<IpAddr>) -> String {
    match address {
        None => "unknown".to_owned(),
        Some(IpAddr::V4(v4)) => v4.to_string(),
        Some(IpAddr::V6(v6)) => match v6.to_ipv4_mapped() {
            Some(v4) => v4.to_string(),
            None => format!("{:x?}", &v6.segments()[..4]),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn only_trusted_proxies_say_who_asks() {
        let ip = |text: &str| -> IpAddr { text.parse().unwrap() };
        let trusted = [ip("127.0.0.1"), ip("10.0.0.2")];
        let who = |peer: &str, told: Option<&str>| client(ip(peer), told, &trusted).to_string();
        assert_eq!(who("203.0.113.9", Some("198.51.100.1")), "203.0.113.9", "a stranger lies");
        assert_eq!(who("127.0.0.1", Some("198.51.100.1")), "198.51.100.1");
        assert_eq!(who("127.0.0.1", Some("1.2.3.4, 198.51.100.1")), "198.51.100.1");
        assert_eq!(who("127.0.0.1", Some("1.2.3.4, 198.51.100.1, 10.0.0.2")), "198.51.100.1");
        assert_eq!(who("127.0.0.1", Some("nonsense")), "127.0.0.1");
        assert_eq!(who("127.0.0.1", None), "127.0.0.1");
    }

    #[test]
    fn a_number_is_read_as_people_write_it() {
        let key = |typed: &str| TypedNumber::read(typed).map(|n| n.key().to_owned());
        for typed in ["042 075 013 342", "042.075.013.342", "42075013342", "O42075O13342"] {
            assert_eq!(key(typed), Ok("42075013342".to_owned()), "{typed}");
        }
        assert_eq!(key("183 456 789"), Ok("183456789".to_owned()));
        assert_eq!(key("12345678"), Ok("12345678".to_owned()), "a CMND that lost its zero");
        assert_eq!(key("1075013342"), Ok("1075013342".to_owned()), "001… that lost two zeros");
    }

    #[test]
    fn a_wrong_number_is_told_what_is_wrong() {
        let error = |typed: &str| TypedNumber::read(typed).unwrap_err();
        assert!(error("").contains("Nhập số"));
        assert!(error("0912345678").contains("có 10 chữ số"), "a telephone is no identity number");
        assert!(error("01234567890").contains("có 11 chữ số"));
        assert!(error("042075013342<script>").contains("chỉ gồm chữ số"));
        assert!(error(&"1".repeat(4000)).contains("4000"));
    }

    #[test]
    fn what_the_public_list_shows_is_one_budget() {
        let one = TypedNumber::read("042140000184").unwrap();
        let two = TypedNumber::read("042140999184").unwrap();
        assert_eq!(one.form(), two.form());
        assert_eq!(one.prefix(), "042140");
        assert_eq!(TypedNumber::read("183456789").unwrap().prefix(), "18345");
    }

    #[test]
    fn a_birth_date_is_read_as_people_write_it() {
        for typed in ["5/3/1940", "05031940", " 5 - 3 - 1940 ", "5.3.1940", "sinh ngày 5/3/1940"] {
            let read = read_birth(typed).unwrap();
            assert_eq!((read.year, read.month, read.day), (1940, Some(3), Some(5)), "{typed}");
        }
        assert_eq!(read_birth("1940").unwrap(), PartialDate::from_year(1940));
        assert!(read_birth("31/2/1940").unwrap_err().contains("không có trong lịch"));
        assert!(read_birth("hôm qua").unwrap_err().contains("Chưa đọc được"));
        assert!(read_birth("").unwrap_err().contains("Nhập ngày sinh"));
    }

    #[test]
    fn neighbours_of_one_ipv6_line_are_one_network() {
        let at = |text: &str| network(Some(text.parse().unwrap()));
        assert_eq!(at("2001:db8:1:2::1"), at("2001:db8:1:2:ffff::9"));
        assert_ne!(at("2001:db8:1:2::1"), at("2001:db8:1:3::1"));
        assert_eq!(at("::ffff:10.0.0.1"), at("10.0.0.1"));
        assert_eq!(network(None), "unknown");
    }

    proptest! {
        #[test]
        fn nothing_typed_breaks_the_readers(typed in "\\PC{0,60}") {
            if let Ok(number) = TypedNumber::read(&typed) {
                prop_assert!(number.digits.len() == 9 || number.digits.len() == 12);
                let _ = (number.form(), number.prefix().len());
            }
            let _ = read_birth(&typed);
        }
    }
}
