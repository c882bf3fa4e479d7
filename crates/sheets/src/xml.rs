//! A guarded stream of XML events.
//!
//! Own code for two reasons. Speed: the twenty thousand rows of a district are one and a half
//! million events, and this tokenizer spends a third of the time of the general one. And safety: it
//! knows no document type, so there are no entities of the file's own, nothing external is ever
//! fetched, and depth, length of an event and length of the part are bounded while it reads. It
//! checks that elements nest, not that their names agree.

use std::io::Read;

use memchr::{memchr, memmem};

use crate::ReadError;
use crate::limits::{Tally, too_large};

/// One event (a tag, a run of text) longer than this is no spreadsheet.
const MAX_EVENT_BYTES: usize = 4 * 1024 * 1024;
const CHUNK: usize = 64 * 1024;

/// What comes next in the part. Comments and processing instructions are passed over.
pub(crate) enum Event<'a> {
    /// `<name …>`
    Start(Tag<'a>),
    /// `<name …/>`
    Empty(Tag<'a>),
    /// `</name>`: the local name.
    End(&'a str),
    /// Characters as they stand in the file; give them to [`push_text`].
    Text(&'a str),
    /// The inside of `<![CDATA[…]]>`.
    CData(&'a str),
    /// The end; every element was closed.
    Eof,
}

/// A start tag.
#[derive(Clone, Copy)]
pub(crate) struct Tag<'a> {
    /// Name without its prefix.
    pub(crate) name: &'a str,
    attributes: &'a str,
}

/// Streams the events of one part.
pub(crate) struct Xml<'p> {
    source: Box<dyn Read + 'p>,
    /// Decoded text not yet used up from `pos` on.
    text: String,
    pos: usize,
    /// Bytes as read; the first `carry` of them are an unfinished character.
    raw: Vec<u8>,
    carry: usize,
    depth: u32,
    max_depth: u32,
    taken: u64,
    left: u64,
    limit: u64,
}

/// Bounds of an event in the buffer.
enum Found {
    Start { name: usize, end: usize, empty: bool },
    End(usize),
    Text(usize),
    CData(usize),
    Eof,
}

impl<'p> Xml<'p> {
    pub(crate) fn new(source: Box<dyn Read + 'p>, tally: &Tally) -> Self {
        Self {
            source,
            text: String::with_capacity(CHUNK * 2),
            pos: 0,
            raw: vec![0; CHUNK],
            carry: 0,
            depth: 0,
            max_depth: tally.limits.xml_depth,
            taken: 0,
            left: tally.unpacked_left(),
            limit: tally.limits.unpacked_bytes,
        }
    }

    /// The next event; `Eof` only when every element was closed.
    #[inline]
    pub(crate) fn next(&mut self) -> Result<Event<'_>, ReadError> {
        let found = self.find()?;
        let from = self.pos;
        match found {
            Found::Start { name, end, empty } => {
                self.pos = end + 1;
                if !empty {
                    self.depth += 1;
                    if self.depth > self.max_depth {
                        return Err(ReadError::corrupt("xml: elements nested too deeply"));
                    }
                }
                let attributes = &self.text[name..end - usize::from(empty)];
                let tag = Tag { name: local(&self.text[from + 1..name]), attributes };
                Ok(if empty { Event::Empty(tag) } else { Event::Start(tag) })
            }
            Found::End(end) => {
                self.pos = end + 1;
                self.depth = self
                    .depth
                    .checked_sub(1)
                    .ok_or_else(|| ReadError::corrupt("xml: an end without a start"))?;
                Ok(Event::End(local(self.text[from + 2..end].trim_ascii_end())))
            }
            Found::Text(end) => {
                self.pos = end;
                Ok(Event::Text(&self.text[from..end]))
            }
            Found::CData(end) => {
                self.pos = end + 3;
                Ok(Event::CData(&self.text[from + 9..end]))
            }
            Found::Eof if self.depth > 0 => {
                Err(ReadError::corrupt("xml: the part ends inside an element"))
            }
            Found::Eof => Ok(Event::Eof),
        }
    }

    /// Finds the event that begins at `pos`, reading on until it is whole.
    #[inline]
    fn find(&mut self) -> Result<Found, ReadError> {
        loop {
            let bytes = &self.text.as_bytes()[self.pos..];
            let found = match bytes {
                [b'<', b'/', ..] => memchr(b'>', bytes).map(|n| Found::End(self.pos + n)),
                [b'<', b'!' | b'?', ..] => match special(bytes)? {
                    Special::Skip(length) => {
                        self.pos += length;
                        continue;
                    }
                    Special::CData(end) => Some(Found::CData(self.pos + end)),
                    Special::Unfinished => None,
                },
                [b'<', _, ..] => start_tag(bytes).map(|(name, end)| Found::Start {
                    name: self.pos + name,
                    end: self.pos + end,
                    empty: bytes[end - 1] == b'/',
                }),
                [b'<'] | [] => None,
                _ => memchr(b'<', bytes).map(|n| Found::Text(self.pos + n)),
            };
            if let Some(found) = found {
                return Ok(found);
            }
            if !self.refill()? {
                return match self.text.as_bytes().get(self.pos) {
                    None => Ok(Found::Eof),
                    Some(b'<') => Err(ReadError::corrupt("xml: the part ends inside a tag")),
                    Some(_) => Ok(Found::Text(self.text.len())),
                };
            }
        }
    }

    /// Reads on; false at the end of the part.
    #[cold]
    fn refill(&mut self) -> Result<bool, ReadError> {
        let pending = self.text.len() - self.pos;
        if pending > MAX_EVENT_BYTES {
            return Err(too_large("bytes in one element or text", MAX_EVENT_BYTES as u64));
        }
        self.text.drain(..self.pos);
        self.pos = 0;
        // A long event doubles the amount, so that looking for its end again stays linear.
        self.raw.resize(pending.max(CHUNK) + 4, 0);
        let count = self
            .source
            .read(&mut self.raw[self.carry..])
            .map_err(|e| ReadError::corrupt(format!("zip: {e}")))?;
        self.taken += count as u64;
        if self.taken > self.left {
            return Err(too_large("unpacked bytes", self.limit));
        }
        let bytes = &self.raw[..self.carry + count];
        let (valid, rest) = match std::str::from_utf8(bytes) {
            Ok(text) => (text, 0),
            Err(e) if e.error_len().is_none() && count > 0 => {
                let valid = std::str::from_utf8(&bytes[..e.valid_up_to()]).unwrap_or_default();
                (valid, bytes.len() - e.valid_up_to())
            }
            Err(_) => return Err(ReadError::corrupt("xml: the part is not UTF-8")),
        };
        let first = self.taken == count as u64;
        self.text.push_str(if first { valid.trim_start_matches('\u{feff}') } else { valid });
        let end = bytes.len();
        self.raw.copy_within(end - rest..end, 0);
        self.carry = rest;
        Ok(count > 0)
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
        tally.unpacked(self.taken);
    }
}

/// Where the name and the whole of a start tag end; `None` when the tag is not all there.
#[inline]
fn start_tag(bytes: &[u8]) -> Option<(usize, usize)> {
    let name =
        1 + bytes[1..].iter().position(|b| matches!(b, b' ' | b'>' | b'/' | b'\t'..=b'\r'))?;
    let mut at = name;
    loop {
        match *bytes.get(at)? {
            b'>' => return Some((name, at)),
            quote @ (b'"' | b'\'') => {
                at += 1;
                while *bytes.get(at)? != quote {
                    at += 1;
                }
            }
            _ => {}
        }
        at += 1;
    }
}

/// Markup that is no element.
enum Special {
    Skip(usize),
    CData(usize),
    Unfinished,
}

/// Comment, processing instruction or CDATA; a document type is refused.
fn special(bytes: &[u8]) -> Result<Special, ReadError> {
    let skip = |from: usize, end: &[u8]| match memmem::find(&bytes[from..], end) {
        Some(at) => Special::Skip(from + at + end.len()),
        None => Special::Unfinished,
    };
    Ok(if bytes.starts_with(b"<?") {
        skip(2, b"?>")
    } else if bytes.starts_with(b"<!--") {
        skip(4, b"-->")
    } else if bytes.starts_with(b"<![CDATA[") {
        memmem::find(bytes, b"]]>").map_or(Special::Unfinished, Special::CData)
    } else if bytes.len() < 9 && (b"<!--".starts_with(bytes) || b"<![CDATA[".starts_with(bytes)) {
        Special::Unfinished
    } else {
        return Err(ReadError::corrupt("xml: a document type is not allowed"));
    })
}

/// Name without its prefix.
#[inline]
pub(crate) fn local(name: &str) -> &str {
    match name.as_bytes().iter().position(|&b| b == b':') {
        Some(colon) => &name[colon + 1..],
        None => name,
    }
}

impl<'a> Tag<'a> {
    /// All attributes.
    #[inline]
    pub(crate) fn attrs(&self) -> Attrs<'a> {
        Attrs { rest: self.attributes }
    }

    /// Value of the attribute with this local name, references resolved.
    pub(crate) fn attr(&self, name: &str) -> Option<String> {
        self.attrs().find(|(key, _)| local(key) == name).map(|(_, raw)| unescape(raw))
    }

    /// Value of a numeric attribute.
    pub(crate) fn number(&self, name: &str) -> Option<u32> {
        self.attrs().find(|(key, _)| local(key) == name).and_then(|(_, raw)| raw.parse().ok())
    }
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

/// Adds a run of text: line ends normalised (XML 1.0 section 2.11), references resolved.
#[inline]
pub(crate) fn push_text(raw: &str, out: &mut String) {
    if raw.bytes().any(|b| b == b'&' || b == b'\r') {
        let raw = raw.replace("\r\n", "\n").replace('\r', "\n");
        out.push_str(&unescape(&raw));
    } else {
        out.push_str(raw);
    }
}
