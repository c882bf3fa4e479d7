//! From which budgets a decision is paid: chosen on its form in whole percent, kept with the decision.

use vietnam::money::Dong;

use super::super::list::Opened;
use crate::relief::payments::split;
use crate::relief::programmes::MoneySource;
use crate::web::{App, FieldError, Fields};

/// A budget on the form.
pub(super) struct Field {
    pub name: String,
    pub label: String,
    pub value: String,
}

/// A budget's part of a decision, in words.
pub(super) struct Part {
    pub code: String,
    pub name: String,
    pub percent: i32,
    pub amount: String,
}

/// Budgets of the programmes of these lists, each once, with the shares that the configuration
/// proposes: those of the first programme.
pub(super) fn offered(app: &App, opened: &[Opened]) -> Vec<MoneySource> {
    let mut codes: Vec<&str> = Vec::new();
    for list in opened {
        if !codes.contains(&list.list.programme_code.as_str()) {
            codes.push(&list.list.programme_code);
        }
    }
    let mut found: Vec<MoneySource> = Vec::new();
    for programme in codes.into_iter().filter_map(|code| app.catalogue.programme(code)) {
        let first = found.is_empty();
        for source in &programme.sources {
            if found.iter().all(|known| known.code != source.code) {
                let percent = if first { source.percent } else { 0 };
                found.push(MoneySource { percent, ..source.clone() });
            }
        }
    }
    found
}

fn field_name(source: &MoneySource) -> String {
    format!("nguon_{}", source.code)
}

/// The form's fields: as typed, or as the configuration proposes.
pub(super) fn fields(offered: Vec<MoneySource>, typed: &Fields) -> Vec<Field> {
    offered
        .into_iter()
        .map(|source| {
            let name = field_name(&source);
            let value = if typed.has(&name) {
                typed.get(&name).to_owned()
            } else {
                source.percent.to_string()
            };
            Field { name, label: source.name, value }
        })
        .collect()
}

/// The shares as typed; those of the configuration when the form had no such fields.
///
/// # Errors
/// What is wrong, at its field.
pub(super) fn read(
    fields: &Fields,
    mut offered: Vec<MoneySource>,
) -> Result<Vec<MoneySource>, FieldError> {
    let Some(first) = offered.first().map(field_name) else { return Ok(offered) };
    if offered.iter().all(|source| !fields.has(&field_name(source))) {
        return Ok(offered);
    }
    for source in &mut offered {
        let name = field_name(source);
        let typed = fields.get(&name).trim().trim_end_matches('%').trim();
        let percent = if typed.is_empty() { Some(0) } else { typed.parse::<i32>().ok() };
        let Some(percent) = percent.filter(|percent| (0..=100).contains(percent)) else {
            let told = format!(
                "{}: ghi tỷ lệ là số nguyên từ 0 đến 100, ví dụ 70. Không dùng nguồn này thì ghi 0.",
                source.name
            );
            return Err(FieldError::new(name, told));
        };
        source.percent = percent;
    }
    let sum: i32 = offered.iter().map(|source| source.percent).sum();
    if sum != 100 {
        let told = format!(
            "Nguồn kinh phí: các tỷ lệ cộng lại là {sum} %, phải bằng 100 %. Chỉ một nguồn thì ghi \
             100 ở nguồn đó và 0 ở các nguồn khác."
        );
        return Err(FieldError::new(first, told));
    }
    Ok(offered)
}

/// A sum by budget; the parts add up to it.
pub(super) fn parts<'a>(
    amount: i64,
    shares: impl Iterator<Item = (&'a str, &'a str, i32)>,
) -> Vec<Part> {
    let shares: Vec<_> = shares.filter(|(.., percent)| *percent > 0).collect();
    let percents: Vec<i32> = shares.iter().map(|(.., percent)| *percent).collect();
    shares
        .into_iter()
        .zip(split(amount, &percents))
        .map(|((code, name, percent), part)| Part {
            code: code.to_owned(),
            name: name.to_owned(),
            percent,
            amount: Dong(part).to_string(),
        })
        .collect()
}

/// "Ngân sách trung ương 70 %, Ngân sách tỉnh 30 %".
pub(in crate::relief::pages) fn in_words<'a>(
    shares: impl Iterator<Item = (&'a str, i32)>,
) -> String {
    let words: Vec<String> = shares.map(|(name, percent)| format!("{name} {percent} %")).collect();
    words.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offered() -> Vec<MoneySource> {
        let source = |code: &str, percent| MoneySource {
            code: code.to_owned(),
            name: code.to_owned(),
            percent,
            legal: String::new(),
        };
        vec![source("tinh", 50), source("huyen", 50)]
    }

    fn typed(pairs: &[(&str, &str)]) -> Result<Vec<i32>, String> {
        let pairs = pairs.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect();
        read(&Fields::from_pairs(pairs), offered())
            .map(|sources| sources.iter().map(|source| source.percent).collect())
            .map_err(|wrong| wrong.field)
    }

    #[test]
    fn shares_are_whole_and_add_up_to_a_hundred() {
        assert_eq!(typed(&[]), Ok(vec![50, 50]), "a form without the fields");
        assert_eq!(typed(&[("nguon_tinh", " 70 % "), ("nguon_huyen", "30")]), Ok(vec![70, 30]));
        assert_eq!(typed(&[("nguon_tinh", "100"), ("nguon_huyen", "")]), Ok(vec![100, 0]));
        for (first, second, field) in [
            ("70", "20", "nguon_tinh"),
            ("", "", "nguon_tinh"),
            ("33,3", "66,7", "nguon_tinh"),
            ("50", "-50", "nguon_huyen"),
            ("50", "101", "nguon_huyen"),
            ("99999999999999", "1", "nguon_tinh"),
        ] {
            let wrong = typed(&[("nguon_tinh", first), ("nguon_huyen", second)]);
            assert_eq!(wrong, Err(field.to_owned()), "{first} {second}");
        }
    }

    #[test]
    fn parts_add_up_to_the_sum() {
        let parts = parts(100, [("a", "A", 33), ("b", "B", 0), ("c", "C", 67)].into_iter());
        assert_eq!(parts.len(), 2);
        assert_eq!((parts[0].amount.as_str(), parts[1].amount.as_str()), ("33", "67"));
    }
}
