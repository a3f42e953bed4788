// Package spelling says how far two words are apart: it finds the word that
// somebody meant.
package spelling

// Edits is how many characters have to be changed, added, left out or swapped
// with their neighbours to make a into b (optimal string alignment).
func Edits(a, b string) int {
	from, to := []rune(a), []rune(b)
	d := make([][]int, len(from)+1)
	for i := range d {
		d[i] = make([]int, len(to)+1)
		d[i][0] = i
	}
	for j := range d[0] {
		d[0][j] = j
	}
	for i, x := range from {
		for j, y := range to {
			change := d[i][j]
			if x != y {
				change++
			}
			d[i+1][j+1] = min(change, d[i][j+1]+1, d[i+1][j]+1)
			if i > 0 && j > 0 && x == to[j-1] && from[i-1] == y {
				d[i+1][j+1] = min(d[i+1][j+1], d[i-1][j-1]+1)
			}
		}
	}
	return d[len(from)][len(to)]
}
