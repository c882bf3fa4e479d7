use super::*;

#[test]
fn the_parts_of_a_cccd() {
    let id = IdNumber::parse("042165001123").expect("a CCCD");
    assert_eq!(id.kind(), IdKind::Cccd12);
    assert_eq!(id.province_code(), Some("042"));
    assert_eq!(id.sex(), Some(Sex::Female));
    assert_eq!(id.birth_year(), Some(1965));
    assert_eq!(id.masked(), "042******123");
    assert_eq!(id.to_string(), "042165001123");
    assert_eq!(id.match_key(), "42165001123");
    let child = IdNumber::parse("001203004567").expect("a CCCD");
    assert_eq!((child.sex(), child.birth_year()), (Some(Sex::Male), Some(2003)));
    assert_eq!(child.match_key(), "1203004567");
}

#[test]
fn a_cmnd_tells_nothing() {
    let id = IdNumber::parse("183456123").expect("a CMND");
    assert_eq!(id.kind(), IdKind::Cmnd9);
    assert_eq!(id.masked(), "183***123");
    assert_eq!((id.province_code(), id.sex(), id.birth_year()), (None, None, None));
}

#[test]
fn what_is_no_number_is_refused() {
    assert_eq!(IdNumber::parse(""), Err(IdError::NotDigits));
    assert_eq!(IdNumber::parse("04216500112O"), Err(IdError::NotDigits));
    assert_eq!(IdNumber::parse("42165001123"), Err(IdError::Length(11)));
    let odd = IdNumber::parse("142165001123").expect("kept, to be warned about");
    assert_eq!(odd.province_code().and_then(cccd_province), None);
    assert_eq!(IdNumber::parse("000000000000"), Err(IdError::Placeholder));
    assert_eq!(IdNumber::parse("111111111"), Err(IdError::Placeholder));
    assert_eq!(IdNumber::parse("123456789"), Err(IdError::Placeholder));
}

#[test]
fn sixty_three_provinces() {
    assert_eq!(cccd_provinces().count(), 63);
    assert_eq!(cccd_province("042"), Some("Tỉnh Hà Tĩnh"));
    assert_eq!(cccd_province("067"), Some("Tỉnh Đắk Nông"));
    assert_eq!(cccd_province("003"), None);
    assert_eq!(cccd_province("42"), None);
}
