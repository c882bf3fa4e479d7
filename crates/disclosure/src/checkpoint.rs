//! C2SP tlog-checkpoint: the signed head of the log, and under whose signatures it is believed.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use thiserror::Error;

use crate::hash::{Hash, LENGTH};
use crate::key::{Role, SignerKey, VerifierKey};
use crate::note::{Note, NoteError, NoteSignature};
use crate::proof::{self, ProofError};
use crate::tile::MAX_SIZE;

/// Why a checkpoint is not believed.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CheckpointError {
    /// It is no signed note, or a known key's signature is wrong.
    #[error(transparent)]
    Note(#[from] NoteError),
    /// Fewer than three lines, or an empty one.
    #[error("phải có ít nhất ba dòng không trống: tên nhật ký, số lá, giá trị gốc")]
    Lines,
    /// The size is no decimal number in its one spelling, or larger than any log.
    #[error("dòng 2: số lá phải là số thập phân không có số 0 ở đầu, nhỏ hơn 2^63")]
    Size,
    /// The root is not 32 bytes of base64.
    #[error("dòng 3: giá trị gốc phải là 32 byte viết bằng base64")]
    Root,
    /// Origin or extension with a control character, or empty.
    #[error("tên nhật ký hoặc dòng mở rộng trống hay có ký tự điều khiển")]
    Text,
    /// The checkpoint of another log.
    #[error("là của nhật ký “{found}”, không phải “{expected}”")]
    Origin {
        /// The log that was asked for.
        expected: String,
        /// The log it is of.
        found: String,
    },
    /// The log's own signature is not there.
    #[error("không có chữ ký của nhật ký ({0})")]
    Unsigned(String),
    /// Too few witnesses signed.
    #[error("có {found} bên làm chứng ký, cần ít nhất {needed}")]
    Witnesses {
        /// Witnesses whose signatures verify.
        found: usize,
        /// How many the policy asks for.
        needed: usize,
    },
    /// The tree without leaves has only one root.
    #[error("cây không có lá nhưng giá trị gốc không phải là giá trị của cây rỗng")]
    EmptyRoot,
}

/// What the log says at one moment: how many leaves it has and their root.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    extensions: Vec<String>,
}

fn is_line(text: &str) -> bool {
    !text.is_empty() && !text.bytes().any(|byte| byte < 0x20)
}

impl Checkpoint {
    /// The head of the log named `origin`.
    ///
    /// # Errors
    /// [`CheckpointError`] when the origin cannot be a line of its own, or the size is too large.
    pub fn new(origin: &str, size: u64, root: Hash) -> Result<Self, CheckpointError> {
        if !is_line(origin) {
            return Err(CheckpointError::Text);
        }
        if size > MAX_SIZE {
            return Err(CheckpointError::Size);
        }
        if size == 0 && root != Hash::of_nothing() {
            return Err(CheckpointError::EmptyRoot);
        }
        Ok(Self { origin: origin.to_owned(), size, root, extensions: Vec::new() })
    }

    /// The same with one more extension line. No reader checks what stands there.
    ///
    /// # Errors
    /// [`CheckpointError::Text`] when it cannot be a line of its own.
    pub fn with_extension(mut self, line: &str) -> Result<Self, CheckpointError> {
        if !is_line(line) {
            return Err(CheckpointError::Text);
        }
        self.extensions.push(line.to_owned());
        Ok(self)
    }

    /// Reads the text of a note, which nobody has verified.
    ///
    /// # Errors
    /// [`CheckpointError`] when it is not exactly of the form.
    pub fn parse(text: &str) -> Result<Self, CheckpointError> {
        let text = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?;
        let mut lines = text.split('\n');
        let (Some(origin), Some(size), Some(root)) = (lines.next(), lines.next(), lines.next())
        else {
            return Err(CheckpointError::Lines);
        };
        let number: u64 = size.parse().map_err(|_| CheckpointError::Size)?;
        if number.to_string() != size {
            return Err(CheckpointError::Size);
        }
        let root = STANDARD.decode(root).map_err(|_| CheckpointError::Root)?;
        let root: [u8; LENGTH] = root.try_into().map_err(|_| CheckpointError::Root)?;
        let head = Self::new(origin, number, Hash(root))?;
        lines.try_fold(head, Self::with_extension)
    }

    /// The log's name.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// How many leaves the log has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root over them.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.root
    }

    /// Lines after the third.
    #[must_use]
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }

    /// The note that the log publishes, signed by it. The log must have kept every checkpoint it
    /// ever signed consistent with this one; nothing here can see that.
    #[must_use]
    pub fn sign(&self, log: &SignerKey) -> Note {
        let text = self.to_string();
        let signatures = vec![NoteSignature::of_log(log, &text)];
        Note { text, signatures }
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}\n{}\n{}", self.origin, self.size, STANDARD.encode(self.root.0))?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

/// Why keys make no policy.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum PolicyError {
    /// A witness's key stands for the log, or the other way round.
    #[error("khóa {0} không đúng vai: nhật ký dùng loại 0x01, bên làm chứng dùng loại 0x04")]
    Role(String),
    /// One key under two names would count as two witnesses.
    #[error("khóa của {0} trùng với một khóa khác trong danh sách")]
    SameKey(String),
    /// More witnesses asked for than there are.
    #[error("đòi {needed} bên làm chứng nhưng chỉ biết {known}")]
    Quorum {
        /// How many must sign.
        needed: usize,
        /// How many are known.
        known: usize,
    },
}

/// Whose signatures a reader believes: the log's, and those of at least so many witnesses.
#[derive(Debug, Clone)]
pub struct Policy {
    origin: String,
    log: VerifierKey,
    witnesses: Vec<VerifierKey>,
    quorum: usize,
}

/// A checkpoint that a policy believes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Believed {
    /// What was signed.
    pub checkpoint: Checkpoint,
    /// The witnesses of the policy that signed, by name, with the time of their last signature in
    /// seconds since 1970.
    pub witnesses: Vec<(String, u64)>,
    /// Signature lines of keys that the policy does not know; nobody verified those.
    pub unknown: usize,
}

impl Policy {
    /// Believes the log whose origin is the name of its key, under `quorum` of the witnesses.
    ///
    /// # Errors
    /// [`PolicyError`] when the keys do not fit their roles or the number.
    pub fn new(
        log: VerifierKey,
        witnesses: Vec<VerifierKey>,
        quorum: usize,
    ) -> Result<Self, PolicyError> {
        if log.role() != Role::Log {
            return Err(PolicyError::Role(log.name().to_owned()));
        }
        for (place, witness) in witnesses.iter().enumerate() {
            if witness.role() != Role::Witness {
                return Err(PolicyError::Role(witness.name().to_owned()));
            }
            let mut others = witnesses[..place].iter().chain([&log]);
            if others.any(|other| other.public() == witness.public()) {
                return Err(PolicyError::SameKey(witness.name().to_owned()));
            }
        }
        if quorum > witnesses.len() {
            return Err(PolicyError::Quorum { needed: quorum, known: witnesses.len() });
        }
        Ok(Self { origin: log.name().to_owned(), log, witnesses, quorum })
    }

    /// The same for a log whose origin is not the name of its key.
    #[must_use]
    pub fn with_origin(mut self, origin: &str) -> Self {
        origin.clone_into(&mut self.origin);
        self
    }

    /// The log's name.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Reads a published checkpoint and believes it, or says why not. Every signature of a known
    /// key must be right; a witness counts once however often it signed.
    ///
    /// # Errors
    /// [`CheckpointError`] when it is malformed, of another log, or not signed as asked for.
    pub fn open(&self, bytes: &[u8]) -> Result<Believed, CheckpointError> {
        let note = Note::parse(bytes)?;
        let mut signed = false;
        let mut unknown = 0;
        let mut times = vec![None; self.witnesses.len()];
        for signature in &note.signatures {
            if signature.claims(&self.log) {
                signature.verify(&self.log, &note.text)?;
                signed = true;
            } else if let Some(place) = self.witnesses.iter().position(|key| signature.claims(key))
            {
                let time = signature.verify(&self.witnesses[place], &note.text)?;
                times[place] = times[place].max(time);
            } else {
                unknown += 1;
            }
        }
        if !signed {
            return Err(CheckpointError::Unsigned(self.log.name().to_owned()));
        }
        let named = self.witnesses.iter().zip(times);
        let witnesses: Vec<(String, u64)> =
            named.filter_map(|(key, time)| Some((key.name().to_owned(), time?))).collect();
        if witnesses.len() < self.quorum {
            let (found, needed) = (witnesses.len(), self.quorum);
            return Err(CheckpointError::Witnesses { found, needed });
        }
        let checkpoint = Checkpoint::parse(&note.text)?;
        if checkpoint.origin != self.origin {
            return Err(CheckpointError::Origin {
                expected: self.origin.clone(),
                found: checkpoint.origin,
            });
        }
        Ok(Believed { checkpoint, witnesses, unknown })
    }
}

/// Why a witness does not sign.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum CosignError {
    /// The log itself is not believed.
    #[error(transparent)]
    Checkpoint(#[from] CheckpointError),
    /// The new head does not continue the one the witness signed last.
    #[error("không tiếp nối checkpoint đã làm chứng trước đó: {0}")]
    Proof(#[from] ProofError),
    /// The key is no witness's.
    #[error(transparent)]
    Policy(#[from] PolicyError),
}

/// What a witness does with a new checkpoint: it signs when the log signed it and it continues the
/// size and root that the witness saw last (`None` the first time). The witness keeps the new ones.
///
/// `policy` is under which the log's checkpoints are believed, usually without other witnesses;
/// `time` is in seconds since 1970.
///
/// # Errors
/// [`CosignError`] when the witness must not sign.
pub fn cosign(
    witness: &SignerKey,
    policy: &Policy,
    seen: Option<(u64, Hash)>,
    note: &[u8],
    proof: &[Hash],
    time: u64,
) -> Result<(NoteSignature, Checkpoint), CosignError> {
    if witness.verifier().role() != Role::Witness {
        return Err(PolicyError::Role(witness.verifier().name().to_owned()).into());
    }
    let believed = policy.open(note)?;
    let head = believed.checkpoint;
    let (old, old_root) = seen.unwrap_or((0, Hash::of_nothing()));
    proof::consistency(old, &old_root, head.size, &head.root, proof)?;
    Ok((NoteSignature::of_witness(witness, &head.to_string(), time), head))
}
