// What a program outside of the browser takes for the same scan: int8 rows, a scale each, the 100 best. Built by run.mjs with -O3 -march=native.
//
//   native DIR ROWS DIMS K QUERIES    then, for every line "N" on stdin, each query N times: one line of JSON with the microseconds of one.
//
// DIR: vectors.i8 and floats.f32 [rows, dims], scale.f32 [rows], queries.f32 [queries, dims]. Writes, before it says that it is ready,
// truth.i32 [queries, k], the best rows by the floats, and native.i32 [queries, k], those which the scan finds.
#define _GNU_SOURCE
#include <immintrin.h>
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec * 1e6 + t.tv_nsec * 1e-3;
}

static void *read_file(const char *dir, const char *name, size_t bytes) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", dir, name);
  FILE *file = fopen(path, "rb");
  // One more cache line: the last row may be read whole.
  void *data = aligned_alloc(64, (bytes + 127) / 64 * 64);
  if (!file || !data || fread(data, 1, bytes, file) != bytes) {
    fprintf(stderr, "%s: %zu bytes expected\n", path, bytes);
    exit(1);
  }
  fclose(file);
  return data;
}

typedef struct {
  float score;
  int32_t row;
} Hit;

static inline int above(Hit a, Hit b) { return a.score > b.score || (a.score == b.score && a.row < b.row); }

static int by_score(const void *a, const void *b) { return above(*(const Hit *)a, *(const Hit *)b) ? -1 : 1; }

/** The k best of what is offered, in a buffer that is cut back to k when it is full: less than half of a heap's time here. */
typedef struct {
  Hit *hits;
  int k, room, size;
  float threshold;
} Best;

static void cut(Best *best) {
  int low = 0, high = best->size - 1;
  while (low < high) {
    const Hit pivot = best->hits[(low + high) / 2];
    int i = low, j = high;
    while (i <= j) {
      while (above(best->hits[i], pivot)) i++;
      while (above(pivot, best->hits[j])) j--;
      if (i <= j) {
        const Hit swap = best->hits[i];
        best->hits[i++] = best->hits[j];
        best->hits[j--] = swap;
      }
    }
    if (best->k - 1 <= j) high = j;
    else if (best->k - 1 >= i) low = i;
    else break;
  }
  best->size = best->k;
  best->threshold = best->hits[best->k - 1].score;
}

static inline void offer(Best *best, float score, int32_t row) {
  if (__builtin_expect(score > best->threshold, 0)) {
    best->hits[best->size++] = (Hit){score, row};
    if (best->size == best->room) cut(best);
  }
}

#if defined(__AVX512VNNI__) && defined(__AVX512BW__)
static const char *ISA = "AVX-512 VNNI";
/** Rows of 64 dimensions: one multiply-add each. The rows' signs are flipped to unsigned; `correction` takes that out again. */
static inline int32_t dot64(const int8_t *row, __m512i query, int32_t correction) {
  const __m512i values = _mm512_xor_si512(_mm512_loadu_si512(row), _mm512_set1_epi8((char)0x80));
  return _mm512_reduce_add_epi32(_mm512_dpbusd_epi32(_mm512_setzero_si512(), values, query)) - correction;
}

static void scan(const int8_t *rows, const float *scale, int count, int dims, const int8_t *query, float query_scale, Best *best) {
  int32_t correction = 0;
  for (int d = 0; d < dims; d++) correction += 128 * query[d];
  if (dims == 64) {
    const __m512i q = _mm512_loadu_si512(query);
    for (int row = 0; row < count; row++) offer(best, dot64(rows + (size_t)row * 64, q, correction) * scale[row] * query_scale, row);
    return;
  }
  for (int row = 0; row < count; row++) {
    int32_t dot = 0;
    for (int d = 0; d < dims; d++) dot += rows[(size_t)row * dims + d] * query[d];
    offer(best, dot * scale[row] * query_scale, row);
  }
}
#elif defined(__AVX2__)
static const char *ISA = "AVX2";
static inline int32_t dot64(const int8_t *row, const __m256i q[4]) {
  __m256i sum = _mm256_setzero_si256();
  for (int part = 0; part < 4; part++)
    sum = _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(row + 16 * part))), q[part]));
  __m128i half = _mm_add_epi32(_mm256_castsi256_si128(sum), _mm256_extracti128_si256(sum, 1));
  half = _mm_add_epi32(half, _mm_shuffle_epi32(half, 0x4e));
  return _mm_cvtsi128_si32(_mm_add_epi32(half, _mm_shuffle_epi32(half, 0xb1)));
}

static void scan(const int8_t *rows, const float *scale, int count, int dims, const int8_t *query, float query_scale, Best *best) {
  if (dims == 64) {
    __m256i q[4];
    for (int part = 0; part < 4; part++) q[part] = _mm256_cvtepi8_epi16(_mm_loadu_si128((const __m128i *)(query + 16 * part)));
    for (int row = 0; row < count; row++) offer(best, dot64(rows + (size_t)row * 64, q) * scale[row] * query_scale, row);
    return;
  }
  for (int row = 0; row < count; row++) {
    int32_t dot = 0;
    for (int d = 0; d < dims; d++) dot += rows[(size_t)row * dims + d] * query[d];
    offer(best, dot * scale[row] * query_scale, row);
  }
}
#else
static const char *ISA = "what the compiler makes of it";
static void scan(const int8_t *rows, const float *scale, int count, int dims, const int8_t *query, float query_scale, Best *best) {
  for (int row = 0; row < count; row++) {
    int32_t dot = 0;
    for (int d = 0; d < dims; d++) dot += rows[(size_t)row * dims + d] * query[d];
    offer(best, dot * scale[row] * query_scale, row);
  }
}
#endif

/** Sums the bytes as 64-bit words: as fast as memory gives them. */
static uint64_t read_all(const int8_t *rows, size_t bytes) {
  const uint64_t *words = (const uint64_t *)rows;
  uint64_t sums[8] = {0};
  for (size_t i = 0; i + 8 <= bytes / 8; i += 8)
    for (int lane = 0; lane < 8; lane++) sums[lane] += words[i + lane];
  uint64_t sum = 0;
  for (int lane = 0; lane < 8; lane++) sum += sums[lane];
  return sum;
}

static void write_rows(const char *dir, const char *name, const int32_t *found, size_t count) {
  char path[4096];
  snprintf(path, sizeof path, "%s/%s", dir, name);
  FILE *file = fopen(path, "wb");
  if (!file || fwrite(found, 4, count, file) != count) fprintf(stderr, "%s cannot be written\n", path), exit(1);
  fclose(file);
}

static void keep(Best *best, int32_t *found) {
  if (best->size > best->k) cut(best);
  qsort(best->hits, best->size, sizeof(Hit), by_score);
  for (int i = 0; i < best->k; i++) found[i] = i < best->size ? best->hits[i].row : -1;
}

static void search(const int8_t *rows, const float *scale, int count, int dims, const float *vector, int8_t *query, Best *best) {
  float most = 0;
  for (int d = 0; d < dims; d++) most = fmaxf(most, fabsf(vector[d]));
  for (int d = 0; d < dims; d++) query[d] = most > 0 ? (int8_t)lrintf(vector[d] / most * 127) : 0;
  scan(rows, scale, count, dims, query, most / 127, best);
}

int main(int argc, char **argv) {
  if (argc != 6) return fprintf(stderr, "usage: native DIR ROWS DIMS K QUERIES\n"), 2;
  const char *dir = argv[1];
  const int count = atoi(argv[2]), dims = atoi(argv[3]), k = atoi(argv[4]), queries = atoi(argv[5]);
  const size_t bytes = (size_t)count * dims;
  const int8_t *rows = read_file(dir, "vectors.i8", bytes);
  const float *scale = read_file(dir, "scale.f32", (size_t)count * 4);
  const float *floats = read_file(dir, "queries.f32", (size_t)queries * dims * 4);
  Hit *hits = malloc(4 * (size_t)k * sizeof(Hit));
  int8_t *query = aligned_alloc(64, (dims + 63) / 64 * 64);
  int32_t *found = malloc((size_t)queries * k * 4);
  char line[64];
  const float *vectors = read_file(dir, "floats.f32", bytes * 4);
  for (int i = 0; i < queries; i++) {
    Best best = {hits, k, 4 * k, 0, -INFINITY};
    for (int row = 0; row < count; row++) {
      float sums[16] = {0}, sum = 0;
      for (int d = 0; d < dims; d++) sums[d & 15] += vectors[(size_t)row * dims + d] * floats[(size_t)i * dims + d];
      for (int lane = 0; lane < 16; lane++) sum += sums[lane];
      offer(&best, sum, row);
    }
    keep(&best, found + (size_t)i * k);
  }
  write_rows(dir, "truth.i32", found, (size_t)queries * k);
  free((void *)vectors);
  for (int i = 0; i < queries; i++) {
    Best best = {hits, k, 4 * k, 0, -INFINITY};
    search(rows, scale, count, dims, floats + (size_t)i * dims, query, &best);
    keep(&best, found + (size_t)i * k);
  }
  write_rows(dir, "native.i32", found, (size_t)queries * k);
  printf("{\"isa\":\"%s\"}\n", ISA);
  fflush(stdout);
  while (fgets(line, sizeof line, stdin)) {
    const int times = atoi(line) > 0 ? atoi(line) : 1;
    printf("{\"scan\":[");
    for (int i = 0; i < queries; i++) {
      const double started = now();
      for (int time = 0; time < times; time++) {
        Best best = {hits, k, 4 * k, 0, -INFINITY};
        search(rows, scale, count, dims, floats + (size_t)i * dims, query, &best);
        keep(&best, found + (size_t)i * k);
      }
      printf("%s%.3f", i ? "," : "", (now() - started) / times);
    }
    printf("],\"read\":[");
    uint64_t sum = 0;
    for (int i = 0; i < queries; i++) {
      const double started = now();
      for (int time = 0; time < times; time++) sum += read_all(rows, bytes);
      printf("%s%.3f", i ? "," : "", (now() - started) / times);
    }
    printf("],\"sum\":%llu}\n", (unsigned long long)sum);
    fflush(stdout);
  }
  return 0;
}
