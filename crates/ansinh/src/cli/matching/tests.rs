//! `ansinh match` on the sample and on files as people have them.

use std::collections::HashMap;
use std::fs;

use clap::Parser as _;

use super::*;

/// A folder of one test, removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let place =
            std::env::temp_dir().join(format!("ansinh-match-{name}-{}", std::process::id()));
        fs::create_dir_all(&place).unwrap();
        Self(place)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    fn file(&self, name: &str, text: &str) -> PathBuf {
        fs::write(self.path(name), text).unwrap();
        self.path(name)
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(&self.0).unwrap();
        let mut names: Vec<String> =
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Runs the command as typed.
fn typed(words: &[&Path]) -> Result<(), CliError> {
    let words = [Path::new("ansinh"), Path::new("match")].into_iter().chain(words.iter().copied());
    let arguments =
        crate::cli::Arguments::try_parse_from(words.map(|word| word.as_os_str())).unwrap();
    crate::cli::dispatch(arguments)
}

fn refused(words: &[&Path]) -> String {
    typed(words).unwrap_err().to_string()
}

const ROWS: &str = "record_id,full_name,birth,id_number,address,commune_code\n\
    \"1,5\",Nguyễn Thị Hòa,12/03/1961,042161007788,Thôn Nam Mỹ,18009\n\
    \"a\"\"b\",NGUYỄN THỊ HOÀ,1961,42161007788,thôn Nam Mỹ,18009\n\
    3,Phan Văn Đậu,02/09/1975,042075001122,Thôn Nam Mỹ,18009\n";

#[test]
fn pairs_clusters_and_the_model_are_written() {
    let folder = Folder::new("written");
    let input = folder.file("rows.csv", ROWS);
    let (pairs, clusters, model) =
        (folder.path("pairs.csv"), folder.path("clusters.csv"), folder.path("model.json"));
    let flag = Path::new;
    let words: [&Path; 7] =
        [&input, flag("--pairs"), &pairs, flag("--clusters"), &clusters, flag("--model"), &model];
    typed(&words).unwrap();
    let first = fs::read_to_string(&pairs).unwrap();
    assert!(
        first.starts_with("record_id_a,record_id_b,score,verdict,reasons\n\"1,5\",\"a\"\"b\",")
    );
    assert!(first.contains("trùng số CCCD"), "{first}");
    let found = fs::read_to_string(&clusters).unwrap();
    assert_eq!(found, "cluster_id,record_id\n1,\"1,5\"\n1,\"a\"\"b\"\n");
    let written = fs::read_to_string(&model).unwrap();
    assert!(PeopleModel::from_text(&written).is_ok());
    assert_eq!(folder.names(), ["clusters.csv", "model.json", "pairs.csv", "rows.csv"]);

    // The model that is there is used, stays as it is, and gives the same pairs.
    fs::write(&pairs, "old").unwrap();
    typed(&words).unwrap();
    assert_eq!(fs::read_to_string(&pairs).unwrap(), first);
    assert_eq!(fs::read_to_string(&model).unwrap(), written);
}

#[test]
fn no_output_falls_on_the_input_or_on_another() {
    let folder = Folder::new("same");
    let input = folder.file("rows.csv", ROWS);
    let out = folder.path("out.csv");
    let around = folder.path("../").join(folder.0.file_name().unwrap()).join("rows.csv");
    let link = folder.path("link.csv");
    std::os::unix::fs::symlink(&input, &link).unwrap();
    let flag = Path::new;
    for same in [&input, &around, &link] {
        let what = refused(&[&input, flag("--pairs"), same]);
        assert!(what.contains("--pairs") && what.contains("Chọn tên khác"), "{what}");
        refused(&[&input, flag("--pairs"), &out, flag("--model"), same]);
    }
    refused(&[&input, flag("--pairs"), &out, flag("--clusters"), &out]);
    refused(&[&input, flag("--pairs"), &folder.0]);
    refused(&[&input, flag("--pairs"), flag("/dev/null")]);
    refused(&[&input, flag("--pairs"), &folder.path("nowhere/out.csv")]);
    assert_eq!(fs::read_to_string(&input).unwrap(), ROWS);
    assert_eq!(folder.names(), ["link.csv", "rows.csv"]);
}

#[test]
fn what_cannot_be_read_leaves_the_old_result_and_nothing_half_done() {
    let folder = Folder::new("refused");
    let out = folder.file("out.csv", "old");
    let flag = Path::new;
    let of = |input: &Path| refused(&[input, flag("--pairs"), &out]);
    let what = of(&folder.path("no.csv"));
    assert!(what.contains("no.csv") && what.contains("Xem lại tên tệp"), "{what}");
    of(&folder.0);
    let semicolons = folder.file("rows.csv", &ROWS.replace(',', ";"));
    let what = of(&semicolons);
    assert!(what.contains("rows.csv: dòng 1") && what.contains("dấu chấm phẩy"), "{what}");
    let input = folder.file("rows.csv", ROWS);
    let model = folder.file("model.json", "{}");
    let what = refused(&[&input, flag("--pairs"), &out, flag("--model"), &model]);
    assert!(what.contains("model.json") && what.contains("mô hình"), "{what}");
    assert_eq!(fs::read_to_string(&out).unwrap(), "old");
    assert_eq!(folder.names(), ["model.json", "out.csv", "rows.csv"]);
}

/// The text of a file of the linkage samples in `ANSINH_SHARED`, or in `shared` beside the
/// repository.
fn sample(name: &str) -> Option<PathBuf> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let shared = std::env::vars_os()
        .find(|(name, _)| name == "ANSINH_SHARED")
        .map_or(beside, |(_, path)| PathBuf::from(path));
    let file = shared.join("data/linkage").join(name);
    if !file.is_file() {
        println!("SKIPPED: {} is not there, the sample was not matched", file.display());
        return None;
    }
    Some(file)
}

/// F1 of the pairs that are suspected or certain, and the precision of the certain ones.
fn figures(pairs: &str, truth: &str) -> (f64, f64) {
    let person: HashMap<&str, &str> =
        truth.lines().skip(1).filter_map(|l| l.split_once(',')).collect();
    let mut sizes: HashMap<&str, usize> = HashMap::new();
    person.values().for_each(|person| *sizes.entry(person).or_default() += 1);
    let true_pairs: usize = sizes.values().map(|size| size * (size - 1) / 2).sum();
    let mut counts = [[0.0; 2]; 2];
    for line in pairs.lines().skip(1) {
        let fields: Vec<&str> = line.splitn(5, ',').collect();
        let hit = f64::from(u8::from(person[fields[0]] == person[fields[1]]));
        for (count, verdicts) in
            counts.iter_mut().zip([&["certain", "suspected"][..], &["certain"]])
        {
            if verdicts.contains(&fields[3]) {
                *count = [count[0] + hit, count[1] + 1.0];
            }
        }
    }
    let [[hits, given], [certain_hits, certain]] = counts;
    (2.0 * hits / (given + true_pairs as f64), certain_hits / certain)
}

#[test]
fn the_sample_is_matched_as_well_as_was_measured() {
    let found = sample("vn5k_medium.csv").zip(sample("vn5k_medium.truth.csv"));
    let Some((input, truth)) = found else { return };
    let folder = Folder::new("sample");
    let (pairs, clusters) = (folder.path("pairs.csv"), folder.path("clusters.csv"));
    let flag = Path::new;
    typed(&[&input, flag("--pairs"), &pairs, flag("--clusters"), &clusters]).unwrap();
    let read = |path: &Path| fs::read_to_string(path).unwrap();
    let (f1, certain) = figures(&read(&pairs), &read(&truth));
    println!("vn5k_medium: F1 {f1:.4}, precision of certain {certain:.4}");
    assert!(f1 > 0.955, "F1 {f1:.4}");
    assert!(certain > 0.98, "precision of certain {certain:.4}");
    assert!(read(&clusters).lines().count() > 1500);
}
