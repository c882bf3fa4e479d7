//! A guarded XML event stream: bounded depth, no document type (so no entities of the file's own),
//! and what follows the text rules of XML 1.0.

use std::io::BufRead;

use quick_xml::Reader;
use quick_xml::events::{BytesRef, BytesStart, BytesText, Event};

use crate::ReadError;
use crate::limits::{Tally, too_large};
use crate::package::Part;

/// Streams the events of one part.
pub(crate) struct Xml<R: BufRead> {
    reader: Reader<Part<R>>,
    buf: Vec<u8>,
    depth: u32,
    max_depth: u32,
}

impl<R: BufRead> Xml<R> {
    pub(crate) fn new(part: Part<R>, tally: &Tally) -> Self {
        let mut reader = Reader::from_reader(part);
        let config = reader.config_mut();
        // The nesting is counted here; comparing the names costs time and finds nothing more.
        config.check_end_names = false;
        config.allow_dangling_amp = true;
        Self { reader, buf: Vec::with_capacity(1024), depth: 0, max_depth: tally.limits.xml_depth }
    }

    /// The next event; `Eof` only when every element was closed.
    #[inline]
    pub(crate) fn next(&mut self) -> Result<Event<'_>, ReadError> {
        self.buf.clear();
        self.reader.get_mut().mark();
        let event = match self.reader.read_event_into(&mut self.buf) {
            Ok(event) => event,
            Err(_) if self.reader.get_ref().overrun => {
                return Err(too_large("unpacked bytes", self.reader.get_ref().taken()));
            }
            Err(error) => return Err(ReadError::corrupt(format!("xml: {error}"))),
        };
        match &event {
            Event::Start(_) => {
                self.depth += 1;
                if self.depth > self.max_depth {
                    return Err(ReadError::corrupt("xml: elements nested too deeply"));
                }
            }
            Event::End(_) => {
                self.depth = self
                    .depth
                    .checked_sub(1)
                    .ok_or_else(|| ReadError::corrupt("xml: an end without a start"))?;
            }
            Event::DocType(_) => {
                return Err(ReadError::corrupt("xml: a document type is not allowed"));
            }
            Event::Eof if self.depth > 0 => {
                return Err(ReadError::corrupt("xml: the part ends inside an element"));
            }
            _ => {}
        }
        Ok(event)
    }

    /// Open elements around the place reached.
    pub(crate) fn depth(&self) -> u32 {
        self.depth
    }

    /// Reads to the end of the element whose start was just given.
    pub(crate) fn skip(&mut self) -> Result<(), ReadError> {
        let outside = self.depth.saturating_sub(1);
        while self.depth > outside {
            if matches!(self.next()?, Event::Eof) {
                break;
            }
        }
        Ok(())
    }

    /// Tells the tally what was unpacked.
    pub(crate) fn close(self, tally: &mut Tally) {
        tally.unpacked(self.reader.get_ref().taken());
    }
}

/// Name without its prefix.
#[inline]
pub(crate) fn local(name: &str) -> &str {
    match name.as_bytes().iter().position(|&b| b == b':') {
        Some(colon) => &name[colon + 1..],
        None => name,
    }
}

/// Local name of a start tag.
#[inline]
pub(crate) fn tag<'a>(start: &'a BytesStart<'_>) -> &'a str {
    local(start.name().0)
}

/// Attributes as (name with prefix, raw value), tolerant of disorder: what is no attribute ends
/// the list. The tokenizer has already found the end of the tag, so this only splits it.
pub(crate) struct Attrs<'a> {
    rest: &'a str,
}

impl<'a> Iterator for Attrs<'a> {
    type Item = (&'a str, &'a str);

    #[inline]
    fn next(&mut self) -> Option<Self::Item> {
        let rest = self.rest.trim_ascii_start();
        let equals = rest.bytes().position(|b| b == b'=')?;
        let name = rest[..equals].trim_ascii_end();
        let after = rest[equals + 1..].trim_ascii_start();
        let quote = *after.as_bytes().first()?;
        if quote != b'"' && quote != b'\'' {
            return None;
        }
        let value = &after[1..];
        let end = value.bytes().position(|b| b == quote)?;
        self.rest = &value[end + 1..];
        Some((name, &value[..end]))
    }
}

/// All attributes of a tag.
#[inline]
pub(crate) fn attrs<'a>(start: &'a BytesStart<'_>) -> Attrs<'a> {
    Attrs { rest: start.attributes_raw() }
}

/// Value of the attribute with this local name, references resolved.
pub(crate) fn attr(start: &BytesStart<'_>, name: &str) -> Option<String> {
    attrs(start).find(|(key, _)| local(key) == name).map(|(_, raw)| unescape(raw))
}

/// "1", "true", "on" (ST_OnOff, xsd:boolean).
pub(crate) fn is_true(raw: &str) -> bool {
    matches!(raw, "1" | "true" | "on")
}

/// Resolves character references and the five names of XML; an unknown name stays as it is.
pub(crate) fn unescape(raw: &str) -> String {
    let mut out = String::with_capacity(raw.len());
    let mut rest = raw;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        match rest.find(';').filter(|&end| end <= 12) {
            Some(end) if push_reference(&rest[..end], &mut out) => rest = &rest[end + 1..],
            _ => out.push('&'),
        }
    }
    out.push_str(rest);
    out
}

/// Adds what `&name;` stands for; false when nobody knows.
fn push_reference(name: &str, out: &mut String) -> bool {
    let known = match name {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => numeric_reference(name),
    };
    if let Some(c) = known {
        out.push(c);
    }
    known.is_some()
}

/// The character of "#233" or "#xE9".
pub(crate) fn numeric_reference(name: &str) -> Option<char> {
    let digits = name.strip_prefix('#')?;
    let code = match digits.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
        None => digits.parse().ok()?,
    };
    char::from_u32(code).filter(|c| *c != '\0')
}

/// Adds a run of text, line ends normalised as XML 1.0 section 2.11 asks.
#[inline]
pub(crate) fn push_text(text: &BytesText<'_>, out: &mut String) {
    if text.contains('\r') {
        out.push_str(&text.xml10_content());
    } else {
        out.push_str(text);
    }
}

/// Adds a reference met between texts.
pub(crate) fn push_ref(reference: &BytesRef<'_>, out: &mut String) {
    if !push_reference(reference, out) {
        out.push('&');
        out.push_str(reference);
        out.push(';');
    }
}
