/* One OpenBLAS for numpy and faiss. Each brings its own, 25 and 40 MB; this library has the name of faiss' and hands what
   faiss calls on to numpy's, whose functions have other names and take 64-bit numbers for sizes.

   All arguments of Fortran are addresses; behind them come the lengths of the texts, here one letter each. What a function
   writes into a number (info, rank) and an array of numbers (ipiv) is copied back. */

#include <stdint.h>
#include <stdlib.h>

typedef int64_t big;
#define ONE ((size_t)1)

extern void scipy_sgemm_64_(const char *, const char *, const big *, const big *, const big *, const float *, const float *,
                            const big *, const float *, const big *, const float *, float *, const big *, size_t, size_t);
extern void scipy_dgemm_64_(const char *, const char *, const big *, const big *, const big *, const double *, const double *,
                            const big *, const double *, const big *, const double *, double *, const big *, size_t, size_t);
extern void scipy_sgemv_64_(const char *, const big *, const big *, const float *, const float *, const big *, const float *,
                            const big *, const float *, float *, const big *, size_t);
extern void scipy_ssyrk_64_(const char *, const char *, const big *, const big *, const float *, const float *, const big *,
                            const float *, float *, const big *, size_t, size_t);
extern void scipy_sgeqrf_64_(const big *, const big *, float *, const big *, float *, float *, const big *, big *);
extern void scipy_sorgqr_64_(const big *, const big *, const big *, float *, const big *, const float *, float *, const big *,
                             big *);
extern void scipy_sgesvd_64_(const char *, const char *, const big *, const big *, float *, const big *, float *, float *,
                             const big *, float *, const big *, float *, const big *, big *, size_t, size_t);
extern void scipy_dgesvd_64_(const char *, const char *, const big *, const big *, double *, const big *, double *, double *,
                             const big *, double *, const big *, double *, const big *, big *, size_t, size_t);
extern void scipy_dsyev_64_(const char *, const char *, const big *, double *, const big *, double *, double *, const big *,
                            big *, size_t, size_t);
extern void scipy_sgelsd_64_(const big *, const big *, const big *, float *, const big *, float *, const big *, float *,
                             const float *, big *, float *, const big *, big *, big *);
extern void scipy_sgetrf_64_(const big *, const big *, float *, const big *, big *, big *);
extern void scipy_dgetrf_64_(const big *, const big *, double *, const big *, big *, big *);
extern void scipy_sgetri_64_(const big *, float *, const big *, const big *, float *, const big *, big *);
extern void scipy_dgetri_64_(const big *, double *, const big *, const big *, double *, const big *, big *);

#define B(name) big name##_ = *name

void sgemm_(const char *ta, const char *tb, const int *m, const int *n, const int *k, const float *alpha, const float *a,
            const int *lda, const float *b, const int *ldb, const float *beta, float *c, const int *ldc) {
    B(m), n_ = *n, k_ = *k, lda_ = *lda, ldb_ = *ldb, ldc_ = *ldc;
    scipy_sgemm_64_(ta, tb, &m_, &n_, &k_, alpha, a, &lda_, b, &ldb_, beta, c, &ldc_, ONE, ONE);
}

void dgemm_(const char *ta, const char *tb, const int *m, const int *n, const int *k, const double *alpha, const double *a,
            const int *lda, const double *b, const int *ldb, const double *beta, double *c, const int *ldc) {
    B(m), n_ = *n, k_ = *k, lda_ = *lda, ldb_ = *ldb, ldc_ = *ldc;
    scipy_dgemm_64_(ta, tb, &m_, &n_, &k_, alpha, a, &lda_, b, &ldb_, beta, c, &ldc_, ONE, ONE);
}

void sgemv_(const char *t, const int *m, const int *n, const float *alpha, const float *a, const int *lda, const float *x,
            const int *incx, const float *beta, float *y, const int *incy) {
    B(m), n_ = *n, lda_ = *lda, incx_ = *incx, incy_ = *incy;
    scipy_sgemv_64_(t, &m_, &n_, alpha, a, &lda_, x, &incx_, beta, y, &incy_, ONE);
}

void ssyrk_(const char *uplo, const char *t, const int *n, const int *k, const float *alpha, const float *a, const int *lda,
            const float *beta, float *c, const int *ldc) {
    B(n), k_ = *k, lda_ = *lda, ldc_ = *ldc;
    scipy_ssyrk_64_(uplo, t, &n_, &k_, alpha, a, &lda_, beta, c, &ldc_, ONE, ONE);
}

void sgeqrf_(const int *m, const int *n, float *a, const int *lda, float *tau, float *work, const int *lwork, int *info) {
    B(m), n_ = *n, lda_ = *lda, lwork_ = *lwork, info_ = 0;
    scipy_sgeqrf_64_(&m_, &n_, a, &lda_, tau, work, &lwork_, &info_);
    *info = (int)info_;
}

void sorgqr_(const int *m, const int *n, const int *k, float *a, const int *lda, const float *tau, float *work,
             const int *lwork, int *info) {
    B(m), n_ = *n, k_ = *k, lda_ = *lda, lwork_ = *lwork, info_ = 0;
    scipy_sorgqr_64_(&m_, &n_, &k_, a, &lda_, tau, work, &lwork_, &info_);
    *info = (int)info_;
}

void sgesvd_(const char *jobu, const char *jobvt, const int *m, const int *n, float *a, const int *lda, float *s, float *u,
             const int *ldu, float *vt, const int *ldvt, float *work, const int *lwork, int *info) {
    B(m), n_ = *n, lda_ = *lda, ldu_ = *ldu, ldvt_ = *ldvt, lwork_ = *lwork, info_ = 0;
    scipy_sgesvd_64_(jobu, jobvt, &m_, &n_, a, &lda_, s, u, &ldu_, vt, &ldvt_, work, &lwork_, &info_, ONE, ONE);
    *info = (int)info_;
}

void dgesvd_(const char *jobu, const char *jobvt, const int *m, const int *n, double *a, const int *lda, double *s, double *u,
             const int *ldu, double *vt, const int *ldvt, double *work, const int *lwork, int *info) {
    B(m), n_ = *n, lda_ = *lda, ldu_ = *ldu, ldvt_ = *ldvt, lwork_ = *lwork, info_ = 0;
    scipy_dgesvd_64_(jobu, jobvt, &m_, &n_, a, &lda_, s, u, &ldu_, vt, &ldvt_, work, &lwork_, &info_, ONE, ONE);
    *info = (int)info_;
}

void dsyev_(const char *jobz, const char *uplo, const int *n, double *a, const int *lda, double *w, double *work,
            const int *lwork, int *info) {
    B(n), lda_ = *lda, lwork_ = *lwork, info_ = 0;
    scipy_dsyev_64_(jobz, uplo, &n_, a, &lda_, w, work, &lwork_, &info_, ONE, ONE);
    *info = (int)info_;
}

/* Its array of numbers is scratch: of a length that the function tells when it is asked with lwork -1, twice that here. */
void sgelsd_(const int *m, const int *n, const int *nrhs, float *a, const int *lda, float *b, const int *ldb, float *s,
             const float *rcond, int *rank, float *work, const int *lwork, int *iwork, int *info) {
    B(m), n_ = *n, nrhs_ = *nrhs, lda_ = *lda, ldb_ = *ldb, lwork_ = *lwork, rank_ = 0, info_ = 0;
    big needed = 0, *scratch;
    float best = 0;
    big ask = -1;
    scipy_sgelsd_64_(&m_, &n_, &nrhs_, a, &lda_, b, &ldb_, s, rcond, &rank_, &best, &ask, &needed, &info_);
    scratch = calloc((size_t)(needed > 0 ? needed : 1), sizeof(big));
    if (scratch == NULL) {
        *info = -14;
        return;
    }
    scipy_sgelsd_64_(&m_, &n_, &nrhs_, a, &lda_, b, &ldb_, s, rcond, &rank_, work, &lwork_, scratch, &info_);
    if (lwork_ == -1)
        iwork[0] = (int)scratch[0];
    free(scratch);
    *rank = (int)rank_;
    *info = (int)info_;
}

#define GETRF(name, real)                                                                        \
    void name##_(const int *m, const int *n, real *a, const int *lda, int *ipiv, int *info) {    \
        B(m), n_ = *n, lda_ = *lda, info_ = 0;                                                   \
        big rows = m_ < n_ ? m_ : n_;                                                            \
        big *pivots = calloc((size_t)(rows > 0 ? rows : 1), sizeof(big));                        \
        if (pivots == NULL) {                                                                    \
            *info = -5;                                                                          \
            return;                                                                              \
        }                                                                                        \
        scipy_##name##_64_(&m_, &n_, a, &lda_, pivots, &info_);                                  \
        for (big row = 0; row < rows; row++)                                                     \
            ipiv[row] = (int)pivots[row];                                                        \
        free(pivots);                                                                            \
        *info = (int)info_;                                                                      \
    }

#define GETRI(name, real)                                                                                             \
    void name##_(const int *n, real *a, const int *lda, const int *ipiv, real *work, const int *lwork, int *info) {   \
        B(n), lda_ = *lda, lwork_ = *lwork, info_ = 0;                                                                \
        big *pivots = calloc((size_t)(n_ > 0 ? n_ : 1), sizeof(big));                                                 \
        if (pivots == NULL) {                                                                                         \
            *info = -4;                                                                                               \
            return;                                                                                                   \
        }                                                                                                             \
        for (big row = 0; row < n_ && lwork_ != -1; row++)                                                            \
            pivots[row] = ipiv[row];                                                                                  \
        scipy_##name##_64_(&n_, a, &lda_, pivots, work, &lwork_, &info_);                                             \
        free(pivots);                                                                                                 \
        *info = (int)info_;                                                                                           \
    }

GETRF(sgetrf, float)
GETRF(dgetrf, double)
GETRI(sgetri, float)
GETRI(dgetri, double)
