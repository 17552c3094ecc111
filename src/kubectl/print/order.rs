//! Go's `sort.Sort`: the order among equals that kubectl shows is that of this algorithm.
//!
//! Must not know what is sorted. Invariant: only swaps are made, so nothing is lost.
//!
//! Models Go's sort/zsortinterface.go

/// Sorts as Go 1.19 and later do; `is_less` compares two elements.
pub fn sort<T>(data: &mut [T], is_less: impl Fn(&T, &T) -> bool) {
    let count = data.len();
    if count > 1 {
        let limit = usize::BITS - count.leading_zeros();
        Sorter { data, is_less }.quick(0, count, limit);
    }
}

#[derive(PartialEq, Eq, Clone, Copy)]
enum Hint {
    Unknown,
    Increasing,
    Decreasing,
}

struct Sorter<'a, T, F> {
    data: &'a mut [T],
    is_less: F,
}

impl<T, F: Fn(&T, &T) -> bool> Sorter<'_, T, F> {
    fn less(&self, left: usize, right: usize) -> bool {
        (self.is_less)(&self.data[left], &self.data[right])
    }

    fn insertion(&mut self, from: usize, to: usize) {
        for start in from + 1..to {
            let mut at = start;
            while at > from && self.less(at, at - 1) {
                self.data.swap(at, at - 1);
                at -= 1;
            }
        }
    }

    fn sift_down(&mut self, low: usize, high: usize, first: usize) {
        let mut root = low;
        loop {
            let mut child = 2 * root + 1;
            if child >= high {
                return;
            }
            if child + 1 < high && self.less(first + child, first + child + 1) {
                child += 1;
            }
            if !self.less(first + root, first + child) {
                return;
            }
            self.data.swap(first + root, first + child);
            root = child;
        }
    }

    fn heap(&mut self, from: usize, to: usize) {
        let count = to - from;
        for at in (0..=(count - 1) / 2).rev() {
            self.sift_down(at, count, from);
        }
        for at in (0..count).rev() {
            self.data.swap(from, from + at);
            self.sift_down(0, at, from);
        }
    }

    fn quick(&mut self, mut from: usize, mut to: usize, mut limit: u32) {
        let (mut was_balanced, mut was_partitioned) = (true, true);
        loop {
            let count = to - from;
            if count <= 12 {
                return self.insertion(from, to);
            }
            if limit == 0 {
                return self.heap(from, to);
            }
            if !was_balanced {
                self.break_patterns(from, to);
                limit -= 1;
            }
            let (mut pivot, mut hint) = self.choose_pivot(from, to);
            if hint == Hint::Decreasing {
                self.data[from..to].reverse();
                pivot = (to - 1) - (pivot - from);
                hint = Hint::Increasing;
            }
            let looks_sorted = was_balanced && was_partitioned && hint == Hint::Increasing;
            if looks_sorted && self.partial_insertion(from, to) {
                return;
            }
            if from > 0 && !self.less(from - 1, pivot) {
                from = self.partition_equal(from, to, pivot);
                continue;
            }
            let (middle, already) = self.partition(from, to, pivot);
            was_partitioned = already;
            let (left, right) = (middle - from, to - middle);
            if left < right {
                was_balanced = left >= count / 8;
                self.quick(from, middle, limit);
                from = middle + 1;
            } else {
                was_balanced = right >= count / 8;
                self.quick(middle + 1, to, limit);
                to = middle;
            }
        }
    }

    /// Moves what is less than the pivot before it; also whether it was so already.
    fn partition(&mut self, from: usize, to: usize, pivot: usize) -> (usize, bool) {
        self.data.swap(from, pivot);
        let (mut low, mut high) = (from + 1, to - 1);
        let mut already = true;
        loop {
            while low <= high && self.less(low, from) {
                low += 1;
            }
            while low <= high && !self.less(high, from) {
                high -= 1;
            }
            if low > high {
                break;
            }
            already = false;
            self.data.swap(low, high);
            low += 1;
            high -= 1;
        }
        self.data.swap(high, from);
        (high, already)
    }

    fn partition_equal(&mut self, from: usize, to: usize, pivot: usize) -> usize {
        self.data.swap(from, pivot);
        let (mut low, mut high) = (from + 1, to - 1);
        loop {
            while low <= high && !self.less(from, low) {
                low += 1;
            }
            while low <= high && self.less(from, high) {
                high -= 1;
            }
            if low > high {
                return low;
            }
            self.data.swap(low, high);
            low += 1;
            high -= 1;
        }
    }

    fn partial_insertion(&mut self, from: usize, to: usize) -> bool {
        let mut at = from + 1;
        for _ in 0..5 {
            while at < to && !self.less(at, at - 1) {
                at += 1;
            }
            if at == to {
                return true;
            }
            if to - from < 50 {
                return false;
            }
            self.data.swap(at, at - 1);
            if at - from >= 2 {
                for down in (1..at).rev() {
                    if !self.less(down, down - 1) {
                        break;
                    }
                    self.data.swap(down, down - 1);
                }
            }
            if to - at >= 2 {
                for up in at + 1..to {
                    if !self.less(up, up - 1) {
                        break;
                    }
                    self.data.swap(up, up - 1);
                }
            }
        }
        false
    }

    fn break_patterns(&mut self, from: usize, to: usize) {
        let count = to - from;
        if count < 8 {
            return;
        }
        let mut random = count as u64;
        let mask = count.next_power_of_two().max(1);
        // A power of two is followed by the next one, as counting its bits gives it.
        let mask = if mask == count { 2 * mask } else { mask } - 1;
        let middle = from + (count / 4) * 2 - 1;
        for step in 0..3 {
            random ^= random << 13;
            random ^= random >> 7;
            random ^= random << 17;
            let bits = usize::try_from(random & mask as u64).unwrap_or(0);
            let other = if bits >= count { bits - count } else { bits };
            self.data.swap(middle - 1 + step, from + other);
        }
    }

    fn choose_pivot(&self, from: usize, to: usize) -> (usize, Hint) {
        let count = to - from;
        let mut swaps = 0;
        let (mut low, mut middle, mut high) =
            (from + count / 4, from + count / 4 * 2, from + count / 4 * 3);
        if count >= 8 {
            if count >= 50 {
                low = self.median([low - 1, low, low + 1], &mut swaps);
                middle = self.median([middle - 1, middle, middle + 1], &mut swaps);
                high = self.median([high - 1, high, high + 1], &mut swaps);
            }
            middle = self.median([low, middle, high], &mut swaps);
        }
        let hint = match swaps {
            0 => Hint::Increasing,
            12 => Hint::Decreasing,
            _ => Hint::Unknown,
        };
        (middle, hint)
    }

    fn median(&self, [mut low, mut middle, mut high]: [usize; 3], swaps: &mut u32) -> usize {
        let mut put = |left: &mut usize, right: &mut usize| {
            if self.less(*right, *left) {
                *swaps += 1;
                std::mem::swap(left, right);
            }
        };
        put(&mut low, &mut middle);
        put(&mut middle, &mut high);
        put(&mut low, &mut middle);
        middle
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Seed;

    #[test]
    fn up_to_twelve_equals_keep_their_order() {
        let mut data: Vec<(u32, u32)> = (0..12).map(|index| (index % 2, index)).collect();
        sort(&mut data, |left, right| left.0 < right.0);
        let mut stable = data.clone();
        stable.sort_by_key(|one| (one.0, one.1));
        assert_eq!(data, stable);
    }

    #[test]
    fn everything_is_sorted_whatever_its_pattern() {
        let mut rng = Seed(7).stream("order", 0);
        for count in [0, 1, 13, 49, 50, 51, 64, 200, 1_000] {
            let random: Vec<u64> = (0..count).map(|_| rng.below(20)).collect();
            let falling: Vec<u64> = (0..count).rev().collect();
            let pipe: Vec<u64> = (0..count).map(|one| one.min(count - one)).collect();
            for mut data in [random, falling, pipe] {
                let mut wanted = data.clone();
                wanted.sort_unstable();
                sort(&mut data, |left, right| left < right);
                assert_eq!(data, wanted);
            }
        }
    }
}
