'use strict'

const readline = require('node:readline')

async function readRows () {
  const rows = []
  const lines = readline.createInterface({ input: process.stdin, crlfDelay: Infinity })
  for await (const line of lines) {
    if (line.trim() === '') break
    rows.push(line.trim().split(/\s+/).map(Number))
  }
  return rows
}

function * spiral (rows) {
  let top = 0
  let left = 0
  let bottom = rows.length - 1
  let right = rows[0].length - 1
  while (top <= bottom && left <= right) {
    for (let x = left; x <= right; x++) yield rows[top][x]
    for (let y = top + 1; y <= bottom; y++) yield rows[y][right]
    if (top < bottom && left < right) {
      for (let x = right - 1; x >= left; x--) yield rows[bottom][x]
      for (let y = bottom - 1; y > top; y--) yield rows[y][left]
    }
    top++
    left++
    bottom--
    right--
  }
}

const transpose = rows => rows[0].map((_, x) => rows.map(row => row[x]))

async function main () {
  const rows = await readRows()
  console.log([...spiral(rows)].join(' '))
  console.log([...spiral(transpose(rows))].join(' '))
  console.log(rows)
}

main()
