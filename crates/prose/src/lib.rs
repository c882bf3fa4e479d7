//! What an editor types, a small Markdown, as HTML that is safe to show to anybody.
//!
//! Twice over: the Markdown knows no raw HTML (it is shown as it was typed), and what comes out is
//! cleaned by an allow-list, so that a fault of the one is caught by the other. Rendered whenever it
//! is shown, never stored: a stricter list holds for old articles too.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use ammonia::{Builder, UrlRelative};
use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

/// Schemes of links; addresses on this site need none.
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// Everything an article may hold.
const TAGS: [&str; 15] = [
    "p",
    "h2",
    "h3",
    "h4",
    "ul",
    "ol",
    "li",
    "strong",
    "em",
    "blockquote",
    "a",
    "br",
    "hr",
    "code",
    "img",
];

/// A picture that an article may show.
#[derive(Debug, Clone)]
pub struct Shown {
    /// What it shows, for who does not see it.
    pub alt: String,
    /// Points across.
    pub width: u32,
    /// Points down.
    pub height: u32,
}

/// Renders `text`. Only the pictures of `pictures` (by address) are shown; any other becomes a link, and a
/// link to where none may lead becomes its words.
pub fn render(text: &str, pictures: &HashMap<String, Shown>) -> String {
    let mut events = Vec::new();
    // Inside a picture the parser gives its alternative text as events of their own.
    let mut in_picture = false;
    // Links within each other (a picture in a link): which of them are kept.
    let mut links = Vec::new();
    for event in Parser::new_ext(text, Options::empty()) {
        match event {
            Event::Start(Tag::Image { dest_url, .. }) if pictures.contains_key(&*dest_url) => {
                let shown = &pictures[&*dest_url];
                events.push(Event::InlineHtml(picture(&dest_url, shown).into()));
                in_picture = true;
            }
            Event::End(TagEnd::Image) if in_picture => in_picture = false,
            _ if in_picture => {}
            Event::Start(Tag::Image { dest_url, .. } | Tag::Link { dest_url, .. }) => {
                links.push(may_link(&dest_url) && !links.contains(&true));
                if links.last() == Some(&true) {
                    events.push(Event::Start(link(dest_url)));
                }
            }
            Event::End(TagEnd::Image | TagEnd::Link) => {
                if links.pop() == Some(true) {
                    events.push(Event::End(TagEnd::Link));
                }
            }
            other => events.push(plain(other)),
        }
    }
    let mut out = String::new();
    html::push_html(&mut out, events.into_iter());
    CLEANER.clean(&out).to_string()
}

fn link(dest_url: CowStr<'_>) -> Tag<'_> {
    let (link_type, title, id) =
        (pulldown_cmark::LinkType::Inline, CowStr::Borrowed(""), CowStr::Borrowed(""));
    Tag::Link { link_type, dest_url, title, id }
}

fn picture(address: &str, shown: &Shown) -> String {
    format!(
        "<img src=\"{}\" alt=\"{}\" width=\"{}\" height=\"{}\" loading=\"lazy\">",
        ammonia::clean_text(address),
        ammonia::clean_text(&shown.alt),
        shown.width,
        shown.height
    )
}

/// Raw HTML becomes text; the page's own title is its only first heading.
fn plain(event: Event<'_>) -> Event<'_> {
    match event {
        Event::Html(raw) | Event::InlineHtml(raw) => Event::Text(raw),
        Event::Start(Tag::Heading { level, .. }) => {
            let (id, classes, attrs) = (None, vec![], vec![]);
            Event::Start(Tag::Heading { level: lower(level), id, classes, attrs })
        }
        Event::End(TagEnd::Heading(level)) => Event::End(TagEnd::Heading(lower(level))),
        // Blocks of code are a typing accident in news: four spaces at the beginning of a line.
        Event::Start(Tag::CodeBlock(_) | Tag::HtmlBlock) => Event::Start(Tag::Paragraph),
        Event::End(TagEnd::CodeBlock | TagEnd::HtmlBlock) => Event::End(TagEnd::Paragraph),
        other => other,
    }
}

fn lower(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 | HeadingLevel::H2 => HeadingLevel::H2,
        HeadingLevel::H3 => HeadingLevel::H3,
        _ => HeadingLevel::H4,
    }
}

static CLEANER: LazyLock<Builder<'static>> = LazyLock::new(|| {
    let mut cleaner = Builder::default();
    cleaner
        .tags(HashSet::from(TAGS))
        .generic_attributes(HashSet::new())
        .tag_attributes(HashMap::from([
            ("a", HashSet::from(["href"])),
            ("img", HashSet::from(["src", "alt", "width", "height", "loading"])),
            ("ol", HashSet::from(["start"])),
        ]))
        .url_schemes(HashSet::from(SCHEMES))
        .url_relative(UrlRelative::PassThrough)
        .link_rel(Some("noopener nofollow"))
        .strip_comments(true);
    cleaner
});

/// True for an address that a link may lead to: on this site, or http, https, mailto.
pub fn may_link(address: &str) -> bool {
    let address = address.trim();
    let scheme = address.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
    let clean =
        !address.is_empty() && !address.chars().any(|c| c.is_control() || c.is_whitespace());
    let own = address.starts_with('/') && !address.starts_with("//") && !address.contains('\\');
    clean && (own || scheme.is_some_and(|scheme| SCHEMES.contains(&scheme.as_str())))
}

/// The words of a text without its marks: for search and for one line that tells what it is about.
pub fn words(text: &str) -> String {
    let mut out = String::new();
    for event in Parser::new_ext(text, Options::empty()) {
        match event {
            Event::Text(part) | Event::Code(part) | Event::Html(part) | Event::InlineHtml(part) => {
                out.push_str(&part);
            }
            Event::SoftBreak | Event::HardBreak | Event::End(_) => out.push(' '),
            _ => {}
        }
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn shown(text: &str) -> String {
        let shown = Shown { alt: "Chợ \"Vinh\" <1>".to_owned(), width: 800, height: 400 };
        render(text, &HashMap::from([("/tin-tuc/tep/1".to_owned(), shown)]))
    }

    #[test]
    fn a_small_markdown_is_rendered() {
        let html = shown("# Ai được nhận\n\n- **hộ nghèo**\n- *cận nghèo*\n\n[Xem](/chinh-sach)");
        assert!(html.contains("<h2>Ai được nhận</h2>"), "{html}");
        assert!(html.contains("<li><strong>hộ nghèo</strong></li>"), "{html}");
        assert!(
            html.contains("<a href=\"/chinh-sach\" rel=\"noopener nofollow\">Xem</a>"),
            "{html}"
        );
    }

    #[test]
    fn raw_html_is_shown_as_it_was_typed_and_runs_nothing() {
        for hostile in [
            "<script>alert(1)</script>",
            "chữ <img src=x onerror=alert(1)> chữ",
            "<svg onload=alert(1)>",
            "<svg><script>alert(1)</script></svg>",
            "<iframe src=\"https://a\"></iframe>",
            "<a href=\"javascript:alert(1)\">x</a>",
            "<p style=\"position:fixed\">x</p>",
            "<!-- --><b onclick=x>",
            "    <script>alert(1)</script>",
            "```\n<script>alert(1)</script>\n```",
            "<math><mi//xlink:href=\"data:x,<script>alert(4)</script>\">",
        ] {
            let html = shown(hostile);
            assert!(!html.contains("<script") && !html.contains("<svg"), "{hostile}: {html}");
            assert!(!html.contains("<img") && !html.contains("<iframe"), "{hostile}: {html}");
            assert!(html.contains("&lt;"), "nothing typed is lost: {hostile}: {html}");
        }
    }

    #[test]
    fn links_lead_only_where_a_link_may_lead() {
        for hostile in [
            "[x](javascript:alert(1))",
            "[x](JaVaScRiPt:alert(1))",
            "[x](&#106;avascript:alert(1))",
            "[x](java\nscript:alert(1))",
            "[x](<java\tscript:alert(1)>)",
            "[x](data:text/html;base64,PHNjcmlwdD4=)",
            "[x](vbscript:x)",
            "[x](file:///etc/passwd)",
            "<javascript:alert(1)>",
            "![x](javascript:alert(1))",
            "![x](data:image/svg+xml;base64,PHN2Zz4=)",
            "[x][1]\n\n[1]: javascript:alert(1)",
        ] {
            let html = shown(hostile);
            let at = html.find("href=\"").map(|at| &html[at + 6..]);
            assert!(
                at.is_none_or(|to| may_link(to.split('"').next().unwrap_or(""))),
                "{hostile}: {html}"
            );
            assert!(!html.contains("<img"), "{hostile}: {html}");
        }
        assert!(shown("[x](mailto:a@b.vn)").contains("href=\"mailto:a@b.vn\""));
    }

    #[test]
    fn only_the_articles_own_pictures_are_shown_with_their_words() {
        let html = shown("![bỏ qua](/tin-tuc/tep/1)\n\n![mẫu](https://evil.example/a.png)");
        assert!(html.contains("<img src=\"/tin-tuc/tep/1\""), "{html}");
        assert!(
            html.contains("Chợ &quot;Vinh&quot; &lt;1&gt;") && !html.contains("bỏ qua"),
            "{html}"
        );
        assert!(html.contains("<a href=\"https://evil.example/a.png\""), "{html}");
        assert_eq!(html.matches("<img").count(), 1);
    }

    #[test]
    fn addresses_of_fields_are_judged_as_links_are() {
        for fine in ["https://facebook.com/x?a=1", "/tin-tuc/a", "mailto:a@b.vn", "HTTP://x.vn"] {
            assert!(may_link(fine), "{fine}");
        }
        for wrong in
            ["javascript:x", "data:x", "//evil", "/\\evil", "x", "", "ht tp://x", "tin-tuc"]
        {
            assert!(!may_link(wrong), "{wrong}");
        }
    }

    #[test]
    fn words_are_without_marks() {
        assert_eq!(words("# Một\n\n**hai** [ba](http://x)\nbốn"), "Một hai ba bốn");
    }

    proptest! {
        #[test]
        fn whatever_is_typed_is_made_of_allowed_tags_only(text in "[<>a-z!&\"'/=:()\\[\\]#*`\\n -]{0,120}") {
            let html = shown(&text);
            for piece in html.split('<').skip(1) {
                let name: String =
                    piece.trim_start_matches('/').chars().take_while(char::is_ascii_alphanumeric).collect();
                prop_assert!(TAGS.contains(&name.as_str()), "{html}");
            }
        }
    }
}
