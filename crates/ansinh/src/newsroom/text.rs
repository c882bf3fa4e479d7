//! Addresses, search and file names out of what people type: pure.

use vietnam::text::fold;

/// Most letters of an address.
const SLUG_MAX: usize = 80;
/// Words that a search looks for.
const WORDS_MAX: usize = 8;
/// Largest attachment.
pub(super) const ATTACHMENT_BYTES_MAX: usize = 10 * 1024 * 1024;

/// `tin-gia-ve-tien-ho-tro` of a title; never empty.
pub(super) fn slug(title: &str) -> String {
    let mut out = String::new();
    for word in plain_words(title) {
        if out.len() + word.len() + 1 > SLUG_MAX {
            break;
        }
        if !out.is_empty() {
            out.push('-');
        }
        out.push_str(&word);
    }
    if out.is_empty() { "bai".to_owned() } else { out }
}

/// The first free address of a title: itself, then with 2, 3 …
pub(super) fn free_slug(title: &str, taken: &[String]) -> String {
    let stem = slug(title);
    // `nguon-tin.xml` and `tep` are other addresses under the same path.
    let reserved = |slug: &str| slug == "tep" || taken.iter().any(|one| one == slug);
    if !reserved(&stem) {
        return stem;
    }
    (2..).map(|n| format!("{stem}-{n}")).find(|slug| !reserved(slug)).unwrap_or(stem)
}

/// The words of a text in small plain letters and digits.
fn plain_words(text: &str) -> Vec<String> {
    fold(text)
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// What is kept for searching.
pub(super) fn search_text(parts: &[&str]) -> String {
    plain_words(&parts.join(" ")).join(" ")
}

/// The words of a question, typed with or without marks.
pub(super) fn asked_words(typed: &str) -> Vec<String> {
    let mut words = plain_words(typed);
    words.truncate(WORDS_MAX);
    words
}

/// What is wrong with an attachment, in words; or its type and ending by what it is.
pub(crate) fn attachment(bytes: &[u8]) -> Result<(&'static str, &'static str), &'static str> {
    const OFFICE: &str = "application/vnd.openxmlformats-officedocument";
    const DOCX: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    debug_assert!(DOCX.starts_with(OFFICE) && XLSX.starts_with(OFFICE));
    let holds = |part: &[u8]| bytes.windows(part.len()).any(|at| at == part);
    if bytes.is_empty() {
        return Err("Chưa chọn tệp, hoặc tệp rỗng. Chọn lại tệp.");
    }
    if bytes.len() > ATTACHMENT_BYTES_MAX {
        return Err("Tệp kèm theo lớn quá 10 MB. Giảm dung lượng hoặc tách thành nhiều tệp.");
    }
    if bytes.starts_with(b"%PDF-") {
        return Ok(("application/pdf", "pdf"));
    }
    if bytes.starts_with(b"PK\x03\x04") && holds(b"[Content_Types].xml") {
        // A workbook or a letter with macros runs when it is opened.
        if holds(b"vbaProject.bin") {
            return Err("Tệp có chứa macro nên không đăng được. Lưu lại thành tệp không có macro.");
        }
        if holds(b"word/document.xml") {
            return Ok((DOCX, "docx"));
        }
        if holds(b"xl/workbook.xml") {
            return Ok((XLSX, "xlsx"));
        }
    }
    Err("Tệp này không phải PDF, Word (.docx) hay Excel (.xlsx). Mở tệp, lưu sang một trong các \
         dạng đó rồi chọn lại.")
}

/// A file name that is safe on every machine: plain letters of the typed name without its folders and
/// ending, and the ending of what the file is.
pub(crate) fn safe_name(typed: &str, ending: &str) -> String {
    let last = typed.rsplit(['/', '\\']).next().unwrap_or("");
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    format!("{}.{ending}", slug(stem))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn an_address_is_plain_words_and_free() {
        assert_eq!(slug("Tin giả: “Tiền hỗ trợ” đã hết!"), "tin-gia-tien-ho-tro-da-het");
        assert_eq!(slug("???"), "bai");
        let taken = ["tin-moi".to_owned(), "tin-moi-2".to_owned()];
        assert_eq!(free_slug("Tin mới", &taken), "tin-moi-3");
        assert_eq!(free_slug("Tệp", &[]), "tep-2");
    }

    #[test]
    fn a_search_forgives_marks_and_signs() {
        assert_eq!(asked_words("Hỗ TRỢ, 100%_"), ["ho", "tro", "100"]);
        assert!(search_text(&["Hỗ trợ", "đợt 2"]).contains("tro dot 2"));
    }

    #[test]
    fn a_file_is_what_its_bytes_say() {
        assert_eq!(attachment(b"%PDF-1.7\n...").map(|kind| kind.1), Ok("pdf"));
        let letter = b"PK\x03\x04..[Content_Types].xml..word/document.xml";
        assert_eq!(attachment(letter).map(|kind| kind.1), Ok("docx"));
        let macros = b"PK\x03\x04..[Content_Types].xml..xl/workbook.xml..xl/vbaProject.bin";
        assert!(attachment(macros).unwrap_err().contains("macro"));
        for wrong in [&b"<html>"[..], b"MZ", b"PK\x03\x04zip", b"", b"\xd0\xcf\x11\xe0old"] {
            assert!(attachment(wrong).is_err());
        }
    }

    #[test]
    fn names_lead_nowhere() {
        assert_eq!(safe_name("../../etc/passwd", "pdf"), "passwd.pdf");
        assert_eq!(
            safe_name("C:\\Văn bản\\Quyết định 15.docx.exe", "docx"),
            "quyet-dinh-15-docx.docx"
        );
        assert_eq!(safe_name("a\r\nSet-Cookie: x\".pdf", "pdf"), "a-set-cookie-x.pdf");
        assert_eq!(safe_name("", "pdf"), "bai.pdf");
    }

    proptest! {
        #[test]
        fn any_name_is_safe(typed in "\\PC{0,120}") {
            let name = safe_name(&typed, "pdf");
            prop_assert!(name.len() < 90);
            prop_assert!(name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || "-.".contains(c)));
            prop_assert!(!name.contains("..") && !name.starts_with('.'));
        }
    }
}
