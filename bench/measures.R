# The R side of measures.py: reads the name of a step a line, does it, and answers in one line:
# elapsed and processor seconds, then name=value of each figure.

needed <- c("psych", "lavaan", "lme4", "lmerTest", "eRm", "mice", "geepack")
missing <- needed[!vapply(needed, requireNamespace, TRUE, quietly = TRUE)]
if (length(missing)) {
  cat("missing", missing, "\n")
  quit(status = 3)
}
suppressPackageStartupMessages(for (name in needed) library(name, character.only = TRUE))
options(warn = -1)

given <- commandArgs(TRUE)
folder <- given[1]
file_of <- function(name) file.path(folder, paste0(name, ".csv"))
kept <- new.env()
data_of <- function(name) {
  if (is.null(kept[[name]])) kept[[name]] <- read.csv(file_of(name))
  kept[[name]]
}
matrix_of <- function(name) as.matrix(data_of(name))

# --- parts of the pipeline ---

alpha_of <- function(items) c(alpha = psych::alpha(items)$total$raw_alpha)

omega_of <- function(items) {
  model <- paste("g =~", paste(names(items), collapse = " + "))
  fit <- lavaan::cfa(model, items, std.lv = TRUE, se = "none", test = "none", baseline = FALSE)
  at <- lavaan::lavInspect(fit, "est")
  common <- sum(at$lambda)^2
  c(omega = common / (common + sum(diag(at$theta))))
}

limit_of <- function(t, df, p) {
  uniroot(function(ncp) pt(t, df, ncp) - p, c(t - 3, t + 3), extendInt = "downX", tol = 1e-11)$root
}

paired_of <- function(before, after) {
  test <- t.test(after, before, paired = TRUE)
  n <- sum(complete.cases(before, after))
  df <- n - 1
  j <- exp(lgamma(df / 2) - log(sqrt(df / 2)) - lgamma((df - 1) / 2))
  limits <- vapply(c(0.975, 0.025), function(p) limit_of(test$statistic, df, p), 1)
  c(test$estimate, test$conf.int, test$statistic, limits / sqrt(n) * j)
}

pairs_of <- function(pre, post) {
  found <- vapply(seq_along(pre), function(i) paired_of(pre[[i]], post[[i]]), numeric(6))
  setNames(as.vector(found), outer(c("mean", "low", "high", "t", "g_low", "g_high"),
                                   seq_along(pre), paste0))
}

effects_of <- function(fit) {
  fixed <- coef(summary(fit))
  spread <- as.data.frame(VarCorr(fit))
  c(wave = fixed["wave", "Estimate"], se = fixed["wave", "Std. Error"],
    setNames(spread$vcov, paste0("variance_", sub("[:.].*", "", spread$grp))))
}

change_of <- function(long) {
  fit <- lmerTest::lmer(score ~ wave + (1 | person), long)
  c(effects_of(fit), df = coef(summary(fit))["wave", "df"])
}

items_of <- function(wide, wave) wide[startsWith(names(wide), wave)]

in_wide <- function() {
  wide <- read.csv(file_of("wide"))
  pre <- items_of(wide, "pre")
  post <- items_of(wide, "post")
  list(pre = pre, post = post, person = wide$person)
}

pipeline <- function() {
  data <- in_wide()
  long <- data.frame(person = factor(rep(data$person, 2)),
                     wave = rep(0:1, each = nrow(data$pre)),
                     score = c(rowMeans(data$pre), rowMeans(data$post)))
  c(alpha_of(data$pre), omega_of(data$pre), pairs_of(data$pre, data$post), change_of(long))
}

pipeline_of_files <- function() {
  data <- in_wide()
  c(alpha_of(data$pre), omega_of(data$pre), pairs_of(data$pre, data$post),
    change_of(read.csv(file_of("long"))))
}

# --- single statistics ---

nested <- function() {
  effects_of(lme4::lmer(score ~ wave + (1 | site / person), data_of("long")))
}

slopes <- function() {
  fit <- lme4::lmer(score ~ month + (1 + month | person), data_of("months"))
  fixed <- coef(summary(fit))
  c(month = fixed["month", "Estimate"], se = fixed["month", "Std. Error"])
}

rasch <- function() {
  fit <- eRm::RM(matrix_of("rasch"))
  b <- fit$betapar
  setNames(c(-(b - mean(b)), fit$loglik),
           c(paste0("difficulty", seq_along(b)), "log_likelihood"))
}

imputation <- function() {
  filled <- mice::mice(data_of("gaps"), m = 20, maxit = 5, method = "pmm", seed = 1,
                       printFlag = FALSE)
  at <- summary(mice::pool(with(filled, lm(x1 ~ x2 + x3 + x4))))
  setNames(c(at$estimate, at$std.error), c(paste0("b", 0:3), paste0("se", 0:3)))
}

factors_model <- function() {
  paste(sprintf("f%d =~ %s", 1:3, vapply(1:3, function(f)
    paste0("x", 6 * f - 5:0, collapse = " + "), "")), collapse = "\n")
}

factors_of <- function(data, estimator) {
  fit <- if (estimator == "fiml") {
    lavaan::cfa(factors_model(), data, missing = "fiml")
  } else {
    lavaan::cfa(factors_model(), data, estimator = toupper(estimator))
  }
  wanted <- c("chisq", "cfi", "tli", "rmsea", "srmr", if (estimator == "mlr") "chisq.scaled")
  at <- lavaan::parameterEstimates(fit)
  at <- at[at$op == "=~" & at$se > 0, ]
  found <- lavaan::fitMeasures(fit, wanted)
  c(setNames(as.numeric(found), sub(".", "_", names(found), fixed = TRUE)),
    setNames(at$est, paste0("loading", seq_along(at$est))),
    setNames(at$se, paste0("se", seq_along(at$se))))
}

cfa_ml <- function() factors_of(data_of("scales"), "ml")
cfa_mlr <- function() factors_of(data_of("scales"), "mlr")
cfa_fiml <- function() factors_of(data_of("scales_gaps"), "fiml")

gee <- function() {
  data <- data_of("months")
  fit <- geepack::geeglm(passed ~ month, id = person, data = data, family = binomial,
                         corstr = "exchangeable")
  at <- summary(fit)$coefficients
  setNames(c(at$Estimate, at$Std.err), c("b0", "b1", "se0", "se1"))
}

# --- answering ---

answer <- function(step) {
  gc()
  before <- proc.time()
  found <- NULL
  invisible(capture.output(found <- suppressMessages(get(step)())))
  taken <- proc.time() - before
  cat(taken[["elapsed"]], taken[["user.self"]] + taken[["sys.self"]],
      paste(names(found), sprintf("%.17g", found), sep = "="), "\n")
}

if (length(given) > 1) {
  for (step in given[-1]) answer(step)
} else {
  cat("ready", R.version$major, R.version$minor, extSoftVersion()[["BLAS"]], "\n")
  input <- file("stdin")
  open(input)
  while (length(step <- readLines(input, 1))) answer(step)
}
