//! The country as every map shows it: a coarse outline, and the islands of Hoàng Sa and Trường Sa by
//! name. Facts of our own making: places rounded to a tenth (the coast) and a hundredth (the islands)
//! of a degree. No survey: it says what belongs to Vietnam, not where a line runs.

use std::fmt::Write as _;

use crate::draw::{FONT, LINE, escaped};
use crate::frame::{Frame, WIDTH, rounded};
use crate::{Point, Shape};

/// Longitudes and latitudes that a map of the country shows: 102–118° E, 6–24° N.
pub const BOUNDS: [i32; 4] = [10_200_000, 600_000, 11_800_000, 2_400_000];

/// An archipelago.
#[derive(Debug)]
pub struct Archipelago {
    /// Its id in every picture, after the picture's own.
    pub id: &'static str,
    /// Name and the province it belongs to, as they are written beside it.
    pub label: &'static str,
    /// The unit's code until 30/6/2025 and since.
    pub codes: [&'static str; 2],
    /// West, south, east, north: what lies in here is drawn from this list alone.
    pub bounds: [i32; 4],
    /// Islands, rocks and shoals: name, hundredths of a degree east and north.
    pub islands: &'static [(&'static str, i32, i32)],
}

/// Both, in the order in which they are drawn.
pub static ARCHIPELAGOS: [Archipelago; 2] = [
    Archipelago {
        id: "hoang-sa",
        label: "Quần đảo Hoàng Sa (Đà Nẵng)",
        codes: ["498", "20333"],
        bounds: [11_050_000, 1_520_000, 11_350_000, 1_760_000],
        islands: &HOANG_SA,
    },
    Archipelago {
        id: "truong-sa",
        label: "Quần đảo Trường Sa (Khánh Hòa)",
        codes: ["576", "22736"],
        bounds: [11_040_000, 620_000, 11_800_000, 1_210_000],
        islands: &TRUONG_SA,
    },
];

const HOANG_SA: [(&str, i32, i32); 17] = [
    ("Đảo Hoàng Sa", 11161, 1653),
    ("Đảo Hữu Nhật", 11158, 1650),
    ("Đảo Quang Ảnh", 11151, 1645),
    ("Đảo Quang Hòa", 11171, 1645),
    ("Đảo Duy Mộng", 11174, 1647),
    ("Đảo Tri Tôn", 11120, 1579),
    ("Đảo Bạch Quy", 11178, 1606),
    ("Đá Bắc", 11150, 1709),
    ("Đá Lồi", 11168, 1624),
    ("Đá Chim Én", 11199, 1634),
    ("Đảo Phú Lâm", 11233, 1684),
    ("Đảo Đá", 11234, 1685),
    ("Đảo Cây", 11227, 1698),
    ("Đảo Bắc", 11231, 1697),
    ("Đảo Nam", 11233, 1695),
    ("Đảo Linh Côn", 11273, 1667),
    ("Đá Bông Bay", 11251, 1604),
];

const TRUONG_SA: [(&str, i32, i32); 34] = [
    ("Đảo Trường Sa", 11192, 864),
    ("Đá Lát", 11168, 867),
    ("Đá Tây", 11224, 887),
    ("Đảo Trường Sa Đông", 11236, 893),
    ("Đá Châu Viên", 11286, 888),
    ("Đá Chữ Thập", 11293, 960),
    ("Đảo An Bang", 11293, 788),
    ("Đảo Thuyền Chài", 11332, 819),
    ("Đảo Phan Vinh", 11368, 900),
    ("Đá Tốc Tan", 11398, 883),
    ("Đá Núi Le", 11422, 876),
    ("Đá Tiên Nữ", 11467, 889),
    ("Đá Kỳ Vân", 11394, 797),
    ("Đá Hoa Lau", 11382, 740),
    ("Đảo Sinh Tồn", 11433, 988),
    ("Đảo Sinh Tồn Đông", 11456, 990),
    ("Đá Cô Lin", 11425, 977),
    ("Đá Gạc Ma", 11428, 972),
    ("Đá Len Đao", 11437, 978),
    ("Đảo Nam Yết", 11437, 1018),
    ("Đá Ga Ven", 11423, 1021),
    ("Đảo Ba Bình", 11437, 1038),
    ("Đảo Sơn Ca", 11448, 1038),
    ("Đảo Loại Ta", 11442, 1067),
    ("Đá Xu Bi", 11408, 1092),
    ("Đảo Thị Tứ", 11428, 1105),
    ("Đảo Song Tử Tây", 11433, 1143),
    ("Đảo Song Tử Đông", 11436, 1146),
    ("Đảo Bến Lạc", 11503, 1108),
    ("Đá Vành Khăn", 11554, 990),
    ("Đảo Bình Nguyên", 11583, 1082),
    ("Đảo Vĩnh Viễn", 11582, 1073),
    ("Bãi Cỏ Mây", 11587, 973),
    ("Bãi Sa Bin", 11654, 1036),
];

/// The mainland, in tenths of a degree.
const MAINLAND: [(i32, i32); 130] = [
    (1044, 227),
    (1049, 229),
    (1048, 231),
    (1052, 233),
    (1053, 234),
    (1059, 229),
    (1062, 230),
    (1063, 229),
    (1066, 229),
    (1068, 228),
    (1066, 226),
    (1066, 224),
    (1067, 221),
    (1074, 216),
    (1078, 217),
    (1080, 215),
    (1074, 213),
    (1073, 210),
    (1070, 210),
    (1066, 206),
    (1066, 202),
    (1064, 202),
    (1062, 200),
    (1060, 199),
    (1058, 197),
    (1056, 189),
    (1059, 185),
    (1064, 181),
    (1064, 178),
    (1067, 174),
    (1071, 171),
    (1072, 169),
    (1082, 161),
    (1085, 156),
    (1089, 152),
    (1089, 150),
    (1093, 139),
    (1092, 134),
    (1093, 131),
    (1095, 129),
    (1092, 126),
    (1093, 124),
    (1092, 123),
    (1092, 117),
    (1090, 116),
    (1090, 114),
    (1088, 113),
    (1083, 110),
    (1081, 109),
    (1079, 107),
    (1072, 104),
    (1068, 104),
    (1068, 101),
    (1065, 96),
    (1063, 96),
    (1062, 94),
    (1055, 91),
    (1051, 86),
    (1048, 86),
    (1048, 92),
    (1049, 99),
    (1051, 100),
    (1047, 102),
    (1046, 101),
    (1044, 104),
    (1049, 105),
    (1051, 107),
    (1050, 109),
    (1053, 109),
    (1054, 110),
    (1058, 110),
    (1059, 108),
    (1062, 108),
    (1061, 111),
    (1059, 113),
    (1059, 115),
    (1061, 118),
    (1065, 117),
    (1064, 120),
    (1067, 120),
    (1072, 123),
    (1074, 122),
    (1076, 126),
    (1075, 130),
    (1076, 134),
    (1075, 140),
    (1073, 141),
    (1075, 144),
    (1076, 153),
    (1074, 155),
    (1072, 158),
    (1075, 160),
    (1070, 163),
    (1068, 165),
    (1067, 164),
    (1066, 167),
    (1065, 170),
    (1061, 174),
    (1056, 179),
    (1055, 182),
    (1052, 183),
    (1052, 186),
    (1047, 188),
    (1045, 190),
    (1039, 193),
    (1042, 197),
    (1046, 196),
    (1048, 198),
    (1050, 201),
    (1046, 202),
    (1046, 204),
    (1044, 205),
    (1046, 207),
    (1041, 210),
    (1038, 209),
    (1037, 207),
    (1031, 209),
    (1029, 212),
    (1030, 217),
    (1027, 217),
    (1026, 219),
    (1022, 223),
    (1025, 228),
    (1027, 227),
    (1030, 224),
    (1033, 228),
    (1035, 226),
    (1036, 228),
    (1040, 225),
    (1041, 228),
];

/// Phú Quốc, in tenths of a degree.
const PHU_QUOC: [(i32, i32); 5] = [(1041, 104), (1041, 102), (1040, 100), (1039, 103), (1038, 104)];

/// True for a line that lies in an archipelago: it is drawn from the list above, for at any scale
/// that shows a province it would vanish.
pub(crate) fn in_archipelago(ring: &[Point]) -> bool {
    ARCHIPELAGOS.iter().any(|all| {
        let [west, south, east, north] = all.bounds;
        ring.iter().all(|(x, y)| (west..=east).contains(x) && (south..=north).contains(y))
    })
}

/// True when the shape has ground in the archipelago.
pub fn reaches(shape: &Shape, archipelago: &Archipelago) -> bool {
    let [west, south, east, north] = archipelago.bounds;
    let inside = |(x, y): &Point| (west..=east).contains(x) && (south..=north).contains(y);
    shape.rings.iter().any(|ring| ring.iter().all(inside))
}

/// Where the islands and their names stand, and with which fill.
pub(crate) struct Base<'a> {
    /// Id of the picture.
    pub(crate) id: &'a str,
    /// Where the country lies in it.
    pub(crate) frame: Frame,
    /// Fill of each archipelago: a reported value, or the neutral one.
    pub(crate) fills: [String; 2],
}

/// Draws the country: coast, both archipelagos, and their names. Every picture passes through here.
pub(crate) fn base(base: &Base<'_>, out: &mut String) {
    let (mut coast, mut pen) = (String::new(), (0, 0));
    for line in [&MAINLAND[..], &PHU_QUOC[..]] {
        let tenths = |(x, y): &(i32, i32)| base.frame.whole((x * 10_000, y * 10_000));
        ring(&line.iter().map(tenths).collect::<Vec<_>>(), &mut coast, &mut pen);
    }
    let _ = write!(out, "<path fill=\"#e4e9ee\" stroke=\"#8793a0\" d=\"{coast}\"/>");
    for (all, fill) in ARCHIPELAGOS.iter().zip(&base.fills) {
        archipelago(base, all, fill, out);
    }
}

fn archipelago(base: &Base<'_>, all: &Archipelago, fill: &str, out: &mut String) {
    let Base { id, frame, .. } = base;
    let mut dots = String::new();
    let (mut pen, mut top) = ((0, 0), f64::MAX);
    for (_, east, north) in all.islands {
        let at = (east * 1_000, north * 1_000);
        let (x, y) = frame.whole(at);
        top = top.min(frame.place(at).1);
        ring(&[(x - 2, y), (x, y - 2), (x + 2, y), (x, y + 2)], &mut dots, &mut pen);
    }
    let title = escaped(all.label);
    let _ = write!(
        out,
        "<path id=\"{id}-{}\" fill=\"{fill}\" stroke=\"#14202c\" d=\"{dots}\"><title>{title}</title></path>",
        all.id
    );
    // The widest fonts stay below six tenths of their height a letter.
    let (name, province) = all.label.split_once(" (").unwrap_or((all.label, ""));
    let half = f64::from(u32::try_from(name.chars().count()).unwrap_or(0)) * FONT * 0.3;
    // Over the eastern islands, off the coast.
    let middle = frame.place((all.bounds[2], 0)).0;
    let x = rounded(middle.min(WIDTH - half - 4.0).max(half + 4.0));
    let (first, second) = (rounded(top - LINE - 10.0), rounded(top - 10.0));
    let _ = write!(
        out,
        "<text id=\"{id}-{}-ten\" text-anchor=\"middle\"><tspan x=\"{x}\" y=\"{first}\">{name}</tspan>\
         <tspan x=\"{x}\" y=\"{second}\"> ({province}</tspan></text>",
        all.id
    );
}

/// Appends a closed line by differences. `pen` is where the last line began.
pub(crate) fn ring(points: &[(i32, i32)], path: &mut String, pen: &mut (i32, i32)) {
    let mut at = *pen;
    for (number, &point) in points.iter().enumerate() {
        let (dx, dy) = (point.0 - at.0, point.1 - at.1);
        if number == 0 {
            path.push('m');
            *pen = point;
        } else if dx >= 0 && number > 1 {
            path.push(' ');
        } else if number == 1 {
            path.push('l');
        }
        let apart = if dy >= 0 { " " } else { "" };
        let _ = write!(path, "{dx}{apart}{dy}");
        at = point;
    }
    path.push('z');
}
