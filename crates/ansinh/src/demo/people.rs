//! Made-up people of a made-up 2020: the same seed gives the same people. Names are common
//! Vietnamese ones put together at random; numbers follow the official layout and belong to nobody.

/// A small deterministic generator (SplitMix64, Steele and others 2014): the demo must look the
/// same on every machine.
#[derive(Debug, Clone)]
pub struct Dice(u64);

impl Dice {
    /// The dice of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number from 0 up to and without `end`.
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % end.max(1) as u64) as usize
    }

    /// True once in `n` times on average.
    pub fn once_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    fn pick<'a>(&mut self, from: &[&'a str]) -> &'a str {
        from[self.below(from.len())]
    }
}

const FAMILIES: [&str; 20] = [
    "Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Trần", "Lê", "Phạm", "Phan", "Hoàng", "Võ", "Đặng",
    "Bùi", "Hồ", "Dương", "Đinh", "Trương", "Cù", "Đậu", "Thái", "Lương",
];
const MEN: [&str; 16] = [
    "Văn Hùng",
    "Đình Quang",
    "Xuân Thắng",
    "Hữu Trường",
    "Văn Đức",
    "Quốc Bảo",
    "Trọng Nghĩa",
    "Văn Tùng",
    "Minh Tuấn",
    "Viết Cường",
    "Công Danh",
    "Sỹ Lâm",
    "Bá Lộc",
    "Duy Khánh",
    "Văn Thành",
    "Tiến Dũng",
];
const WOMEN: [&str; 16] = [
    "Thị Hoa",
    "Thị Hường",
    "Thị Lan",
    "Thị Phương",
    "Thị Mai Anh",
    "Thị Thu Hà",
    "Thị Nhàn",
    "Thị Tâm",
    "Thị Bích Ngọc",
    "Thị Hiền",
    "Thị Lý",
    "Thị Cúc",
    "Thị Khánh Ly",
    "Thị Thủy",
    "Thị Xuân",
    "Thị Dần",
];
const HAMLETS: [&str; 14] = [
    "Bắc Hà",
    "Nam Hà",
    "Đông Bình",
    "Liên Tiến",
    "Quyết Thịnh",
    "Tân Hải",
    "Bắc Phong",
    "Phú Thắng",
    "Liên Châu",
    "Hồng Thịnh",
    "Trung Tiến",
    "Yên Mỹ",
    "Kim Thành",
    "Tây Sơn",
];

/// A made-up person.
#[derive(Debug, Clone)]
pub struct Person {
    /// Full name.
    pub name: String,
    /// Woman.
    pub woman: bool,
    /// Day, month, year of birth.
    pub birth: (u32, u32, i32),
    /// CMND or CCCD; empty for the few without papers.
    pub id_number: String,
    /// Hamlet's name without "Thôn".
    pub hamlet: &'static str,
}

impl Person {
    /// A grown person of Hà Tĩnh.
    pub fn made_up(dice: &mut Dice) -> Self {
        let woman = dice.once_in(2);
        let given = dice.pick(if woman { &WOMEN } else { &MEN });
        let birth =
            (1 + dice.below(28) as u32, 1 + dice.below(12) as u32, 1932 + dice.below(68) as i32);
        let id_number = match dice.below(30) {
            0 => String::new(),
            1..=12 => format!("18{}{:06}", 3 + dice.below(2), dice.below(1_000_000)),
            _ => format!("042{}{:02}{:06}", u8::from(woman), birth.2 % 100, dice.below(1_000_000)),
        };
        let hamlet = HAMLETS[dice.below(HAMLETS.len())];
        Self { name: format!("{} {given}", dice.pick(&FAMILIES)), woman, birth, id_number, hamlet }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_people_with_numbers_of_the_official_layout() {
        let (mut one, mut two) = (Dice::new(42), Dice::new(42));
        for _ in 0..500 {
            let person = Person::made_up(&mut one);
            assert_eq!(person.name, Person::made_up(&mut two).name);
            assert!([0, 9, 12].contains(&person.id_number.len()), "{}", person.id_number);
        }
    }
}
