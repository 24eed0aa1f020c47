/// <reference types="element-plus/global" />
/// <reference types="vant" />
