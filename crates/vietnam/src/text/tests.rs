use proptest::prelude::*;

use super::*;

#[test]
fn nfc_composes_windows_1258_and_the_deprecated_tone_marks() {
    assert_eq!(nfc("Nguyê\u{303}n Ha\u{340} Ha\u{341}"), "Nguyễn Hà Há");
    assert_eq!(nfc("nă\u{323}ng ơ\u{323}"), "nặng ợ");
}

#[test]
fn clean_leaves_one_space_and_keeps_the_soft_hyphen() {
    assert_eq!(clean("\u{FEFF} Trần\u{A0}\u{A0}Thị \u{200B}Lan\t\n"), "Trần Thị Lan");
    assert_eq!(clean("TrÇn ThÞ H\u{AD}êng"), "TrÇn ThÞ H\u{AD}êng");
    assert_eq!(clean("\u{85}"), "\u{85}", "a letter of VPS");
    assert_eq!(strip_soft_hyphens("xã\u{AD} hội"), "xã hội");
}

#[test]
fn fold_takes_marks_and_look_alikes_away() {
    assert_eq!(fold("  Đặng Thị\u{A0}Mỹ Duyên "), "dang thi my duyen");
    assert_eq!(fold("Ðặng ĐẶNG Ɖặng"), "dang dang dang");
    assert_eq!(fold("H’WƯN K`Brỗi Rơ Čăm ƀ"), "h'wun k'broi ro cam b");
}

#[test]
fn tone_key_ignores_the_place_of_the_mark_but_not_the_mark() {
    for (left, right) in [
        ("hòa", "hoà"),
        ("Thúy", "thuý"),
        ("LÝ", "lí"),
        ("Kỳ Mỹ Sỹ Ty", "kì mĩ sĩ ti"),
        ("H'Wưn", "h’wưn"),
        ("Ðức", "Đức"),
        ("xã\u{AD} hội", "xã hội"),
    ] {
        assert_eq!(tone_key(left), tone_key(right), "{left} {right}");
    }
    for (left, right) in [
        ("Thuý", "Thuí"),
        ("Quý", "Quí"),
        ("hòa", "hóa"),
        ("Đình", "Dinh"),
        ("ñ", "n"),
        ("Vân", "Văn"),
    ] {
        assert_ne!(tone_key(left), tone_key(right), "{left} {right}");
    }
    assert_eq!(tone_key("Sơn Kim 1"), "sơn0 kim0 1");
}

#[test]
fn title_case_knows_the_prefixes_of_ethnic_names() {
    assert_eq!(title_case("NGUYỄN THỊ ÁNH"), "Nguyễn Thị Ánh");
    assert_eq!(title_case("y bíh niê"), "Y Bíh Niê");
    assert_eq!(title_case("H'WƯN k’brỗi"), "H'Wưn K’Brỗi");
    assert_eq!(title_case("bà rịa - vũng tàu"), "Bà Rịa - Vũng Tàu");
    assert_eq!(title_case("đo\u{300}an"), "Đòan");
    assert_eq!(title_case("LÊ NG?C BÌNH"), "Lê Ng?c Bình", "a lost letter");
    assert_eq!(title_case("th\u{AD}ëng"), "Th\u{AD}ëng");
    assert_eq!(eth_to_d("Ðậu ÐÌNH ð Ɖ"), "Đậu ĐÌNH đ Đ");
}

#[test]
fn syllables_are_told_from_what_a_lost_letter_leaves() {
    for word in "Nguyễn Văn Đức Trần Thị Hường Phước Duyên Bíh Thuý Quỳnh Thưởng nghèo Xuyên người \
                 gì giếng giết giữ giòn quốc quý quyết quynh khuỷu ngoằn khuya yêu yến iếc nghiêng \
                 Huơ thuở xoong Kỳ Ỷ ghế kẻ"
        .split_whitespace()
        .filter(|word| !matches!(*word, "Bíh" | "iếc"))
    {
        assert!(is_vietnamese_syllable(word), "{word}");
    }
    for word in [
        "Dơng", "Hng", "Trờng", "Lơng", "Hờng", "Phớc", "Trng", "nghìo", "ngha", "kà", "cế", "ghà",
        "gế", "quô", "H'Wưn", "Bíh", "iên", "tac", "hoạ́", "", "NguyÔn", "V¨n", "§øc", "Krông", "w",
    ] {
        assert!(!is_vietnamese_syllable(word), "{word}");
    }
    assert!((syllable_score("Trần Dơng 12, (Hà)") - 2.0 / 3.0).abs() < 1e-6);
    assert_eq!(syllable_score("123 - "), 0.0);
}

#[test]
fn vietnamese_order() {
    let mut names = [
        "Đức", "Dũng", "Anh", "Ánh", "An", "Ân", "Ăn", "Ảnh", "Bình", "Oanh", "Ông", "Y", "Ưng",
        "Út",
    ];
    names.sort_by(|a, b| compare_vi(a, b));
    assert_eq!(
        names,
        [
            "An", "Anh", "Ảnh", "Ánh", "Ăn", "Ân", "Bình", "Dũng", "Đức", "Oanh", "Ông", "Út",
            "Ưng", "Y"
        ]
    );
    assert_eq!(compare_vi("Lan", "Lan Anh"), Ordering::Less);
    assert_eq!(compare_vi("Hà", "Ha\u{300}"), Ordering::Equal);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 512, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn normal_forms_are_idempotent(text in any::<String>()) {
        let composed = nfc(&text);
        prop_assert_eq!(nfc(&composed), composed.clone());
        let cleaned = clean(&text);
        prop_assert_eq!(clean(&cleaned), cleaned.clone());
        let folded = fold(&text);
        prop_assert_eq!(fold(&folded), folded.clone());
    }

    #[test]
    fn tone_key_does_not_see_the_normal_form(text in any::<String>(), vi in "[a-zăâđêôơưáàảãạấềộớựýỳ' 0-9]{0,20}") {
        for text in [text, vi] {
            let decomposed: String = text.nfd().collect();
            prop_assert_eq!(tone_key(&decomposed), tone_key(&text));
            let folded_forms = (fold(&decomposed), fold(&text));
            prop_assert_eq!(&folded_forms.0, &folded_forms.1);
        }
    }

    #[test]
    fn nothing_panics(left in any::<String>(), right in any::<String>()) {
        title_case(&left);
        is_vietnamese_syllable(&left);
        syllable_score(&left);
        prop_assert_eq!(compare_vi(&left, &right), compare_vi(&right, &left).reverse());
    }
}
