package flow

import (
	"slices"
	"strconv"
	"strings"
	"testing"
)

// hanzi are the recordings of Mandarin as they are written.
var hanzi = strings.NewReplacer("n-hundred-million", "亿", "n-ten-thousand", "万", "n-thousand", "千", "n-hundred", "百", "n-two", "两",
	"n-point", "点", "n-minus", "负", "n-10", "十", "n-0", "零", "n-1", "一", "n-2", "二", "n-3", "三", "n-4", "四", "n-5", "五", "n-6", "六",
	"n-7", "七", "n-8", "八", "n-9", "九", "year", "年", "month", "月", "day", "日", "dollar", "美元", "yuan", "元", "jiao", "角", "fen", "分",
	"cent", "美分", " ", "")

func TestSay(t *testing.T) {
	for _, c := range []struct {
		part          Part
		value, en, zh string
	}{
		{Part{Say: Digits}, "1040", "n-1 n-0 n-4 n-0", "一零四零"},
		{Part{Say: Digits}, "A1", "n-1", "一"},
		{Part{Say: Number}, "0", "n-0", "零"},
		{Part{Say: Number}, "2", "n-2", "二"},
		{Part{Say: Number}, "10", "n-10", "十"},
		{Part{Say: Number}, "15", "n-15", "十五"},
		{Part{Say: Number}, "21", "n-20 n-1", "二十一"},
		{Part{Say: Number}, "105", "n-1 n-hundred n-5", "一百零五"},
		{Part{Say: Number}, "120", "n-1 n-hundred n-20", "一百二十"},
		{Part{Say: Number}, "2000", "n-2 n-thousand", "两千"},
		{Part{Say: Number}, "2002", "n-2 n-thousand n-2", "两千零二"},
		{Part{Say: Number}, "10010", "n-10 n-thousand n-10", "一万零一十"},
		{Part{Say: Number}, "20000", "n-20 n-thousand", "两万"},
		{Part{Say: Number}, "150000", "n-1 n-hundred n-50 n-thousand", "十五万"},
		{Part{Say: Number}, "1100005", "n-1 n-million n-1 n-hundred n-thousand n-5", "一百一十万零五"},
		{Part{Say: Number}, "100000005", "n-1 n-hundred n-million n-5", "一亿零五"},
		{Part{Say: Number}, "100010000", "n-1 n-hundred n-million n-10 n-thousand", "一亿零一万"},
		{Part{Say: Number}, "-3.14", "n-minus n-3 n-point n-1 n-4", "负三点一四"},
		{Part{Say: Number}, "1e9", "n-1 n-9", "一九"},
		{Part{Say: Number}, "", "", ""},
		{Part{Say: Date}, "2026-11-22", "month-11 day-22 n-20 n-20 n-6", "二零二六年十一月二十二日"},
		{Part{Say: Date}, "20050202", "month-2 day-2 n-2 n-thousand n-5", "二零零五年二月二日"},
		{Part{Say: Date}, "1900-01-01", "month-1 day-1 n-19 n-hundred", "一九零零年一月一日"},
		{Part{Say: Date}, "1905-10-31", "month-10 day-31 n-19 n-0 n-5", "一九零五年十月三十一日"},
		{Part{Say: Date}, "2026-13-01", "n-2 n-0 n-2 n-6 n-1 n-3 n-0 n-1", "二零二六一三零一"},
		{Part{Say: Money, Currency: "usd"}, "1", "n-1 dollar", "一美元"},
		{Part{Say: Money, Currency: "usd"}, "12.5", "n-12 dollars n-50 cents", "十二美元五十美分"},
		{Part{Say: Money, Currency: "usd"}, "0.01", "n-1 cent", "一美分"},
		{Part{Say: Money, Currency: "cny"}, "2.05", "n-2 yuan n-5 fen", "两元零五分"},
		{Part{Say: Money, Currency: "cny"}, "12.50", "n-12 yuan n-50 fen", "十二元五角"},
		{Part{Say: Money, Currency: "cny"}, "0", "n-0 yuan", "零元"},
	} {
		if have := strings.Join(say(c.part, c.value, "en"), " "); have != c.en {
			t.Errorf("%s %s in English: %s, want %s", c.part.Say, c.value, have, c.en)
		}
		if have := hanzi.Replace(strings.Join(say(c.part, c.value, "zh"), " ")); have != c.zh {
			t.Errorf("%s %s in Chinese: %s, want %s", c.part.Say, c.value, have, c.zh)
		}
	}
}

// TestWords: whatever is said, its recordings are in the list that a flow is checked against.
func TestWords(t *testing.T) {
	for language, s := range speakers {
		words := s.words()
		for n := int64(0); n < most; n = n*3/2 + 1 {
			for _, p := range []Part{{Say: Number}, {Say: Money, Currency: "usd"}, {Say: Money, Currency: "eur"}, {Say: Money, Currency: "cny"}} {
				for _, w := range say(p, "-"[:n%2*boolToInt(p.Say == Number)]+strconv.FormatInt(n, 10)+".2"+strconv.FormatInt(n%10, 10), language) {
					if !slices.Contains(words, w) {
						t.Fatalf("%s says %s for %s %d, which is not in words", language, w, p.Say, n)
					}
				}
			}
		}
		for day := 1; day <= 31; day++ {
			for _, w := range s.date(1890+day*7, 1+day%12, day) {
				if !slices.Contains(words, w) {
					t.Fatalf("%s says %s in a date, which is not in words", language, w)
				}
			}
		}
	}
}

func boolToInt(is bool) int64 {
	if is {
		return 1
	}
	return 0
}
