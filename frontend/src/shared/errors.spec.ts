import { beforeEach, describe, expect, it } from "vitest";

import { ApiError } from "@/api/problem";

import { describeError, fieldErrors } from "./errors";
import { i18n } from "./i18n";

/** Messages with values are compiled at build time; a test hands in the compiled form. */
interface Context {
  named: (key: string) => unknown;
}

beforeEach(() => {
  i18n.global.setLocaleMessage("zh-CN", {
    errors: {
      customer: { duplicate: ({ named }: Context) => `已属于 ${named("existing_customer_no")}` },
      server: { error: () => "系统出错了" },
      untranslated: ({ named }: Context) => `没有成功（${named("detail")}）`,
      client: { unexpected: () => "页面出了点问题" },
      password: { wrong: () => "当前密码不正确" },
    },
    field_errors: { missing: () => "请填写", invalid: () => "不正确" },
  });
});

describe("describeError", () => {
  it("translates the code and fills in the problem's members", () => {
    const error = new ApiError("problem", 409, { code: "customer.duplicate", existing_customer_no: "KH1" });
    expect(describeError(error)).toBe("已属于 KH1");
  });

  it("introduces what the server said when the code is new", () => {
    expect(describeError(new ApiError("problem", 409, { code: "new.code", detail: "Odd." }))).toBe("没有成功（Odd.）");
  });

  it("has a sentence for an error that is not ours", () => {
    expect(describeError(new TypeError("x"))).toBe("页面出了点问题");
  });
});

it("gives the first error of each field, by its plain name", () => {
  const errors = [
    { field: "body.name", code: "missing", message: "Field required" },
    { field: "name", code: "other", message: "Second" },
    { field: "current_password", code: "password.wrong", message: "Wrong." },
    { field: "query.page", code: "unknown", message: "Odd" },
  ];
  expect(fieldErrors(new ApiError("problem", 422, { code: "request.invalid", errors }))).toEqual({
    name: "请填写",
    current_password: "当前密码不正确",
    page: "不正确",
  });
});
