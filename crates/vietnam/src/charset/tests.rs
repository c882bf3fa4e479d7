use proptest::prelude::*;

use super::*;

/// Unicode, TCVN3 and VNI of the same words, as Latin-1 shows them.
const VECTORS: [(&str, &str, &str); 8] = [
    ("Nguyễn Văn Đức", "NguyÔn V¨n §øc", "Nguyeãn Vaên Ñöùc"),
    ("Trần Thị Hường", "TrÇn ThÞ H\u{AD}êng", "Traàn Thò Höôøng"),
    ("Lê Hữu Phước", "Lª H÷u Ph\u{AD}íc", "Leâ Höõu Phöôùc"),
    ("Y Bíh Niê", "Y BÝh Niª", "Y Bíh Nieâ"),
    ("Hoàng Thị Thuý", "Hoµng ThÞ Thuý", "Hoaøng Thò Thuyù"),
    ("Bùi Xuân Thưởng", "Bïi Xu©n Th\u{AD}ëng", "Buøi Xuaân Thöôûng"),
    ("Hộ nghèo", "Hé nghÌo", "Hoä ngheøo"),
    ("Người có công", "Ng\u{AD}êi cã c«ng", "Ngöôøi coù coâng"),
];

#[test]
fn the_vectors_decode() {
    for (unicode, tcvn3, vni) in VECTORS {
        assert_eq!(decode(tcvn3, Legacy::Tcvn3), unicode);
        assert_eq!(decode(vni, Legacy::Vni), unicode);
    }
    assert_eq!(decode("nguyÔn ¸nh", Legacy::Tcvn3Capitals), "NGUYỄN ÁNH");
    assert_eq!(decode("NGUYEÃN THÒ AÙNH ÑÖÙC", Legacy::Vni), "NGUYỄN THỊ ÁNH ĐỨC");
}

#[test]
fn vps_takes_windows_1252_punctuation_for_its_capitals() {
    assert_eq!(decode("\u{96} – \u{80}€", Legacy::Vps), "Ố Ố ÀÀ");
    assert_eq!(decode("Nguy\u{CD}n", Legacy::Vps), "Nguyễn");
}

#[test]
fn the_font_decides() {
    for (font, legacy) in [
        (".VnTime", Some(Legacy::Tcvn3)),
        (".VNARIAL", Some(Legacy::Tcvn3)),
        (".VnTimeH", Some(Legacy::Tcvn3Capitals)),
        (".vnarialh", Some(Legacy::Tcvn3Capitals)),
        ("VNI-Times", Some(Legacy::Vni)),
        ("vni-helve", Some(Legacy::Vni)),
        ("VPS Times", Some(Legacy::Vps)),
        ("Times New Roman", None),
        ("Arial", None),
        ("", None),
    ] {
        assert_eq!(from_font(font), legacy, "{font}");
    }
}

#[test]
fn a_column_without_font_is_recognised() {
    assert_eq!(detect(VECTORS.iter().map(|row| row.0)), None);
    assert_eq!(detect(VECTORS.iter().map(|row| row.1)), Some(Legacy::Tcvn3));
    assert_eq!(detect(VECTORS.iter().map(|row| row.2)), Some(Legacy::Vni));
    assert_eq!(detect(["Nguyen Van A", "1965", ""].into_iter()), None);
    assert_eq!(detect(["Y Bíh Niê", "H'Wưn", "K'Brỗi", "Rơ Châm Ghí"].into_iter()), None);
    let stripped = VECTORS.map(|row| row.1.replace('\u{AD}', ""));
    assert_eq!(detect(stripped.iter().map(String::as_str)), Some(Legacy::Tcvn3));
}

#[test]
fn capital_letters_of_unicode_names_are_no_old_charset() {
    let names = ["NGUYỄN VĂN ĐỨC", "TRẦN THỊ HÀ", "LÊ HỮU Á", "PHẠM ÚT", "Ô Ế"];
    assert_eq!(detect(names.into_iter()), None);
}

#[test]
fn tables_agree_with_the_shared_ones() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let Ok(json) = std::fs::read_to_string(root.join("data/policy/legacy_charsets.json")) else {
        eprintln!("SKIPPED: no shared data at {}", root.display());
        return;
    };
    let mut legacy = Legacy::Tcvn3;
    let mut checked = 0;
    for line in json.lines() {
        if line.contains("vni_bytes") {
            legacy = Legacy::Vni;
        } else if line.contains("vps_byte") {
            legacy = Legacy::Vps;
        }
        let fields: Vec<&str> = line.split('"').collect();
        let [_, hex, _, letter, _] = fields[..] else { continue };
        let bytes: Option<String> = (0..hex.len() / 2)
            .map(|at| u8::from_str_radix(hex.get(2 * at..2 * at + 2)?, 16).ok().map(char::from))
            .collect();
        if let Some(bytes) = bytes.filter(|_| hex.len() <= 4) {
            assert_eq!(decode(&bytes, legacy), letter, "{legacy:?} {hex}");
            checked += 1;
        }
    }
    assert!(checked > 300, "{checked}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn decode_never_panics(text in any::<String>(), latin in "[\u{20}-\u{FF}]{0,30}") {
        for legacy in [Legacy::Tcvn3, Legacy::Tcvn3Capitals, Legacy::Vni, Legacy::Vps] {
            decode(&text, legacy);
            let decoded = decode(&latin, legacy);
            prop_assert_eq!(text::nfc(&decoded), decoded);
        }
        detect([text.as_str(), latin.as_str()].into_iter());
    }
}
