//! Names of the newsroom: in the database and on the screen.

/// Declares a set of names: variant, name in the database, words on the screen.
macro_rules! names {
    ($(#[$meta:meta])* $name:ident { $($(#[$of:meta])* $variant:ident = $code:literal, $label:literal;)+ }) => {
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name { $($(#[$of])* $variant,)+ }

        impl $name {
            /// All of them in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// Name in the database and in forms.
            pub fn code(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// Words on the screen.
            pub fn label(self) -> &'static str {
                match self { $(Self::$variant => $label,)+ }
            }

            /// The one of a name.
            pub fn from_code(code: &str) -> Option<Self> {
                Self::ALL.iter().copied().find(|one| one.code() == code)
            }
        }
    };
}

names! {
    /// What an article is.
    Kind {
        /// Something happened.
        News = "news", "Tin";
        /// How something is done.
        Guide = "guide", "Hướng dẫn";
        /// The agency announces.
        Notice = "notice", "Thông báo";
        /// False news, and what is true.
        Rebuttal = "rebuttal", "Đính chính, kiểm chứng";
    }
}

names! {
    /// As what somebody serves on the editorial board.
    BoardRole {
        /// Publishes.
        Head = "head", "Trưởng ban";
        /// Publishes.
        Deputy = "deputy", "Phó trưởng ban";
        /// Edits, submits, returns.
        Secretary = "secretary", "Thư ký";
        /// Edits and submits.
        Editor = "editor", "Biên tập viên";
        /// Writes and submits her own.
        Contributor = "contributor", "Cộng tác viên";
    }
}

impl BoardRole {
    /// Who publishes, schedules and withdraws.
    pub fn publishes(self) -> bool {
        matches!(self, Self::Head | Self::Deputy)
    }
}

names! {
    /// Where an edition stands.
    State {
        /// Being written.
        Draft = "draft", "Đang soạn";
        /// Laid before the head of the board.
        Submitted = "submitted", "Chờ duyệt";
        /// Sent back with a reason.
        Returned = "returned", "Bị trả lại";
        /// Public from its hour on.
        Approved = "approved", "Đã duyệt";
        /// Given up before it was public.
        Discarded = "discarded", "Đã bỏ";
    }
}

names! {
    /// What a claim is, in the words of the Viet Nam Anti Fake News Centre (tingia.gov.vn).
    Label {
        /// Made up.
        Fake = "fake", "Tin giả";
        /// Wrong in part or misleading.
        Untrue = "untrue", "Tin sai sự thật";
        /// It is so.
        True = "true", "Tin xác thực";
    }
}

impl Label {
    /// `ratingValue` of ClaimReview, 1 the worst and 5 the best.
    pub fn rating(self) -> u8 {
        match self {
            Self::Fake => 1,
            Self::Untrue => 3,
            Self::True => 5,
        }
    }

    /// Shape of the mark beside the words.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Fake => "tre",
            Self::Untrue => "canh",
            Self::True => "xong",
        }
    }
}

names! {
    /// Of what a claim speaks: the fields of tingia.gov.vn.
    Field {
        /// Policies and laws.
        Policy = "policy", "Chính sách, pháp luật";
        /// Economy and finance.
        Economy = "economy", "Kinh tế, tài chính";
        /// Health.
        Health = "health", "Y tế";
        /// Disasters and epidemics.
        Disaster = "disaster", "Thiên tai, dịch bệnh";
        /// Security.
        Security = "security", "An ninh, trật tự";
        /// Accounts that pretend.
        Account = "account", "Tài khoản giả mạo";
        /// Links that rob.
        Link = "link", "Đường dẫn lừa đảo";
        /// Anything else.
        Other = "other", "Lĩnh vực khác";
    }
}

names! {
    /// Why an article is taken down.
    Why {
        /// It should never have been public: its text is not shown any more.
        Error = "error", "Đăng nhầm";
        /// Another article holds what it said.
        Merged = "merged", "Gộp vào bài khác";
        /// It was right and is over: the text stays to be read under the notice.
        Ended = "ended", "Không còn hiệu lực";
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_come_back_and_ratings_rise() {
        for kind in Kind::ALL {
            assert_eq!(Kind::from_code(kind.code()), Some(*kind));
        }
        assert_eq!(Label::ALL.iter().map(|l| l.rating()).collect::<Vec<_>>(), [1, 3, 5]);
        assert_eq!(Why::from_code("x"), None);
    }
}
