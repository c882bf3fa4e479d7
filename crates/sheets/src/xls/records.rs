//! Records of a BIFF stream and the strings in them (MS-XLS 2.1.4, 2.5.293, 2.5.296).

use encoding_rs::{Encoding, WINDOWS_1252};

use crate::ReadError;

pub(super) const FORMULA: u16 = 0x0006;
pub(super) const EOF: u16 = 0x000A;
pub(super) const DATE1904: u16 = 0x0022;
pub(super) const FILEPASS: u16 = 0x002F;
pub(super) const FONT: u16 = 0x0031;
pub(super) const CONTINUE: u16 = 0x003C;
pub(super) const CODEPAGE: u16 = 0x0042;
pub(super) const COLINFO: u16 = 0x007D;
pub(super) const BOUNDSHEET: u16 = 0x0085;
pub(super) const MULRK: u16 = 0x00BD;
pub(super) const RSTRING: u16 = 0x00D6;
pub(super) const XF: u16 = 0x00E0;
pub(super) const MERGECELLS: u16 = 0x00E5;
pub(super) const SST: u16 = 0x00FC;
pub(super) const LABELSST: u16 = 0x00FD;
pub(super) const NUMBER: u16 = 0x0203;
pub(super) const LABEL: u16 = 0x0204;
pub(super) const BOOLERR: u16 = 0x0205;
pub(super) const STRING: u16 = 0x0207;
pub(super) const ROW: u16 = 0x0208;
pub(super) const RK: u16 = 0x027E;
pub(super) const FORMAT: u16 = 0x041E;
pub(super) const BOF: u16 = 0x0809;

/// Walks over records.
pub(super) struct Records<'a> {
    data: &'a [u8],
    pos: usize,
}

impl<'a> Records<'a> {
    pub(super) fn new(data: &'a [u8], pos: usize) -> Self {
        Self { data, pos }
    }

    /// The next record: its type and its body; `None` at the end of the stream.
    pub(super) fn next(&mut self) -> Result<Option<(u16, &'a [u8])>, ReadError> {
        let Some(head) = self.data.get(self.pos..self.pos.saturating_add(4)) else {
            return Ok(None);
        };
        let (kind, length) = (u16_at(head, 0), usize::from(u16_at(head, 2)));
        let from = self.pos + 4;
        let body = self
            .data
            .get(from..from + length)
            .ok_or_else(|| ReadError::corrupt("xls: a record passes the end of the stream"))?;
        self.pos = from + length;
        Ok(Some((kind, body)))
    }

    /// `first` and the bodies of the CONTINUE records that follow it.
    pub(super) fn with_continues(&mut self, first: &'a [u8]) -> Result<Segments<'a>, ReadError> {
        let mut parts = vec![first];
        loop {
            let here = self.pos;
            match self.next()? {
                Some((CONTINUE, body)) => parts.push(body),
                _ => {
                    self.pos = here;
                    return Ok(Segments { parts, part: 0, pos: 0 });
                }
            }
        }
    }
}

/// Little-endian u16 at `at`, 0 when it is not there.
pub(super) fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).map_or(0, |b| u16::from_le_bytes([b[0], b[1]]))
}

/// Little-endian u32 at `at`, 0 when it is not there.
pub(super) fn u32_at(bytes: &[u8], at: usize) -> u32 {
    bytes.get(at..at + 4).map_or(0, |b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
}

/// Little-endian f64 at `at`, `None` when it is not there or not finite.
pub(super) fn f64_at(bytes: &[u8], at: usize) -> Option<f64> {
    let eight: [u8; 8] = bytes.get(at..at + 8)?.try_into().ok()?;
    Some(f64::from_le_bytes(eight)).filter(|n| n.is_finite())
}

/// The number of an RK value (MS-XLS 2.5.217).
pub(super) fn rk(raw: u32) -> f64 {
    let number = match raw & 2 {
        0 => f64::from_bits(u64::from(raw & !3) << 32),
        _ => f64::from(raw as i32 >> 2),
    };
    if raw & 1 == 0 { number } else { number / 100.0 }
}

/// A text with the font index of its first character, when the text itself says one.
#[derive(Default, Clone)]
pub(super) struct Rich {
    pub(super) text: String,
    pub(super) font: Option<u16>,
}

/// How the file writes text.
#[derive(Clone, Copy)]
pub(super) struct Coding {
    /// BIFF8 has Unicode; before it, bytes in the code page.
    pub(super) unicode: bool,
    pub(super) code_page: &'static Encoding,
}

impl Coding {
    pub(super) fn code_page(number: u16) -> &'static Encoding {
        Encoding::for_label(format!("windows-{number}").as_bytes()).unwrap_or(WINDOWS_1252)
    }

    /// A short text inside one record: `wide` tells whether its length takes two bytes.
    pub(super) fn short(self, bytes: &[u8], wide: bool) -> String {
        let (count, rest) = match wide {
            true => (usize::from(u16_at(bytes, 0)), bytes.get(2..)),
            false => (usize::from(bytes.first().copied().unwrap_or(0)), bytes.get(1..)),
        };
        let rest = rest.unwrap_or_default();
        if !self.unicode {
            let bytes = &rest[..count.min(rest.len())];
            return self.code_page.decode_without_bom_handling(bytes).0.into_owned();
        }
        let mut units = Vec::new();
        let high = rest.first().is_some_and(|flags| flags & 1 == 1);
        push_units(rest.get(1..).unwrap_or_default(), count, high, &mut units);
        String::from_utf16_lossy(&units)
    }
}

/// Adds up to `count` UTF-16 units; returns how many there were.
fn push_units(bytes: &[u8], count: usize, high: bool, out: &mut Vec<u16>) -> usize {
    let before = out.len();
    match high {
        true => {
            out.extend(bytes.chunks_exact(2).take(count).map(|b| u16::from_le_bytes([b[0], b[1]])))
        }
        false => out.extend(bytes.iter().take(count).map(|b| u16::from(*b))),
    }
    out.len() - before
}

/// A body cut into several records. Text cut in two repeats its width flag (MS-XLS 2.5.293).
pub(super) struct Segments<'a> {
    parts: Vec<&'a [u8]>,
    part: usize,
    pos: usize,
}

impl Segments<'_> {
    /// What is left of the part reached; steps into the next part at the end of one.
    fn here(&mut self) -> Option<&[u8]> {
        while self.pos >= self.parts.get(self.part)?.len() {
            self.part += 1;
            self.pos = 0;
        }
        self.parts.get(self.part)?.get(self.pos..)
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.here()?.first()?;
        self.pos += 1;
        Some(byte)
    }

    pub(super) fn u16(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    pub(super) fn u32(&mut self) -> Option<u32> {
        Some(u32::from_le_bytes([self.byte()?, self.byte()?, self.byte()?, self.byte()?]))
    }

    pub(super) fn skip(&mut self, mut count: usize) -> Option<()> {
        while count > 0 {
            let step = self.here()?.len().min(count);
            self.pos += step;
            count -= step;
        }
        Some(())
    }

    /// A long text of BIFF8 with its formatting runs (XLUnicodeRichExtendedString); `None` when
    /// the record ends before it.
    pub(super) fn rich(&mut self) -> Option<Rich> {
        let count = usize::from(self.u16()?);
        let flags = self.byte()?;
        let runs = if flags & 8 != 0 { self.u16()? } else { 0 };
        let extra = if flags & 4 != 0 { self.u32()? } else { 0 };
        let mut units = Vec::with_capacity(count);
        let mut high = flags & 1 == 1;
        while units.len() < count {
            let part = self.part;
            let first = *self.here()?.first()?;
            let mut from = 0;
            if self.part != part {
                high = first & 1 == 1;
                from = 1;
            }
            let bytes = self.here()?.get(from..)?;
            let wanted = count - units.len();
            let got = push_units(bytes, wanted, high, &mut units);
            self.pos += from + got * (1 + usize::from(high));
            if got == 0 {
                // Half a character: nothing sound can follow in this part.
                self.pos = usize::MAX;
            }
        }
        let font = self.runs(runs)?;
        self.skip(extra as usize)?;
        Some(Rich { text: String::from_utf16_lossy(&units), font })
    }

    /// Formatting runs: the font of the first one when it begins with the text.
    fn runs(&mut self, count: u16) -> Option<Option<u16>> {
        let mut font = None;
        for _ in 0..count {
            let (at, index) = (self.u16()?, self.u16()?);
            if at == 0 {
                font = Some(index);
            }
        }
        Some(font)
    }

    /// Text in bytes of the code page (BIFF5).
    pub(super) fn bytes(&mut self, coding: Coding) -> Option<Rich> {
        let count = usize::from(self.u16()?);
        let mut bytes = Vec::with_capacity(count);
        while bytes.len() < count {
            bytes.push(self.byte()?);
        }
        let (text, _) = coding.code_page.decode_without_bom_handling(&bytes);
        Some(Rich { text: text.into_owned(), font: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rk_values() {
        assert_eq!(rk(0x3FF0_0000), 1.0);
        assert_eq!(rk((23_258 << 2) | 2), 23_258.0);
        assert_eq!(rk((12_345 << 2) | 3), 123.45);
        assert_eq!(rk(((-5i32 as u32) << 2) | 2), -5.0);
    }

    #[test]
    fn text_cut_in_two_changes_its_width() {
        // "ab" in bytes, then "ệc" in two bytes each, cut after "ab".
        let first: &[u8] = &[4, 0, 0, b'a', b'b'];
        let second: &[u8] = &[1, 0xC7, 0x1E, b'c', 0];
        let mut segments = Segments { parts: vec![first, second], part: 0, pos: 0 };
        assert_eq!(segments.rich().unwrap().text, "abệc");
        let mut cut = Segments { parts: vec![first], part: 0, pos: 0 };
        assert!(cut.rich().is_none());
    }
}
